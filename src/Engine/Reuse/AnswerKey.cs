using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Reuse;

/// <summary>
/// What makes two requests the same question: the tenant, who answers, and everything that the model gets, byte for byte. Tenants share nothing: that one had asked
/// would tell the other.
/// </summary>
internal static class AnswerKey
{
    public static byte[] Of(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            tenant = Tenants.Of(run.Request),
            candidate.Provider,
            candidate.Model,
            options = JsonSerializer.SerializeToElement(OptionDefaults.Complete(run.Request.Options, provider.Options.Options), ContractsJson.Options),
            messages = JsonSerializer.SerializeToElement(prompt, AIJsonUtilities.DefaultOptions),
        },
        JsonSerializerOptions.Web));
}
