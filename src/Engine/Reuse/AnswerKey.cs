using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Guards;
using Millrace.Providers.Options;

namespace Millrace.Engine.Reuse;

/// <summary>
/// What makes two requests the same question: the tenant, who answers, and everything that the model gets, byte for byte. Tenants share nothing: that one had asked
/// would tell the other.
/// </summary>
internal static class AnswerKey
{
    public static byte[] Of(PlannedCall call) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            tenant = call.Tenant,
            call.Candidate.Provider,
            call.Candidate.Model,
            options = JsonSerializer.SerializeToElement(OptionDefaults.Complete(call.Run.Request.Options, call.Provider.Options.Options), ContractsJson.Options),
            messages = JsonSerializer.SerializeToElement(call.Prompt.Messages, AIJsonUtilities.DefaultOptions),
        },
        JsonSerializerOptions.Web));
}
