using System.Text.Json;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Hosting;
using Millrace.Worker.Providers;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Intake;

/// <summary>Decides what row a request becomes: a queued generation, or one that has failed already and says why.</summary>
internal sealed class Admission(Candidates candidates, IOptions<MillraceOptions> options)
{
    public NewGeneration Admit(GenerateRequested request, byte[] json, byte[] hash, long bytes)
    {
        try
        {
            if (bytes > options.Value.MaxRequestBytes) throw Invalid($"The request has {bytes} bytes; at most {options.Value.MaxRequestBytes} are allowed (Millrace:MaxRequestBytes).");
            if (RequestRules.Broken(request) is { } broken) throw Invalid(broken);
            Unsupported(request);
            candidates.Check(request);
            var (candidate, _) = candidates.Resolve(request, 0);
            return Row(request, json, hash, GenerationState.Queued, candidate, null);
        }
        catch (ProviderException refusal)
        {
            var tooLarge = bytes > options.Value.MaxRequestBytes;
            return Row(request, tooLarge ? null : json, hash, GenerationState.Failed, null, Outcome(request, refusal));
        }
    }

    private static NewGeneration Row(GenerateRequested request, byte[]? json, byte[] hash, string state, Candidate? candidate, string? outcome) => new(
        request.GenerationId,
        outcome is null ? request.Tenant ?? "default" : "default",
        state,
        candidate?.Lane ?? "",
        candidate?.Provider ?? "",
        candidate?.Model ?? "",
        RequestRules.ChannelOf(request),
        request.SessionId,
        json is null ? null : System.Text.Encoding.UTF8.GetString(json),
        hash,
        request.NotAfter?.ToUniversalTime(),
        outcome);

    /// <summary>A request for what this version does not have is refused, not half done.</summary>
    private static void Unsupported(GenerateRequested request)
    {
        if (request.SessionId is not null || request.WhenBusy is not null) throw NotHere("SessionId", "Send the conversation in Messages.");
        if (request.Tools is { Count: > 0 } || request.MaxSteps is not null) throw NotHere("Tools", "Leave it out.");
        if (request.Options?.ToolChoice is not null) throw NotHere("Options.ToolChoice", "Leave it out.");
    }

    private static ProviderException Invalid(string message) => new(FailureReason.InvalidRequest, message);

    private static ProviderException NotHere(string field, string advice) =>
        new(FailureReason.UnsupportedFeature, $"{field} is given, and this version does not support it. {advice}");

    private static string Outcome(GenerateRequested request, ProviderException refusal) => JsonSerializer.Serialize(
        new GenerationFailed
        {
            GenerationId = request.GenerationId,
            SessionId = request.SessionId,
            Reason = refusal.Reason,
            Message = refusal.Message,
            Retryable = refusal.Reason.IsRetryable(),
            Attempts = 0,
            LastSequence = 0,
            Timings = new GenerationTimings(),
        },
        ContractsJson.Options);
}
