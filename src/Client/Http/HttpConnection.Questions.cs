using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Client.Requests;
using Millrace.Contracts;

namespace Millrace.Client.Http;

/// <content>What is asked beside the generations' streams.</content>
internal sealed partial class HttpConnection
{
    /// <summary>One that was submitted here a moment ago may not be there yet, and is waited for.</summary>
    public async Task CancelAsync(CancelGeneration request, CancellationToken cancellationToken)
    {
        var (id, reason) = (request.GenerationId, request.Reason is { } given ? $"?reason={Uri.EscapeDataString(given)}" : "");
        try
        {
            await calls.AskAsync<NoAnswer>(
                () => GatewayCalls.Post($"api/generations/{id}/cancel{reason}"), options.PublishTimeout, nameof(CancelGeneration), cancellationToken,
                passes: refusal => refusal.IsUnknown && recent.Find(id) is not null);
        }
        catch (RefusedException e)
        {
            throw e.Refusal.IsUnknown ? new GenerationNotFoundException(id) : e.Refusal.ToException(calls.Where);
        }
    }

    public async Task DecideAsync(DecideToolCall decision, CancellationToken cancellationToken)
    {
        var path = $"api/generations/{decision.GenerationId}/tool-calls/{Uri.EscapeDataString(decision.CallId)}/decision";
        var body = JsonSerializer.SerializeToUtf8Bytes(new { decision.Approve, decision.Reason }, ContractsJson.Options);
        try
        {
            await calls.AskAsync<NoAnswer>(
                () => GatewayCalls.Post(path, body), options.PublishTimeout, nameof(DecideToolCall), cancellationToken);
        }
        catch (RefusedException e) when (e.Refusal.Code == "not_approving")
        {
            // As on the broker: the call does not wait for a decision, or no longer, so this one changes nothing
        }
        catch (RefusedException e)
        {
            throw e.Refusal.IsUnknown
                ? new ArgumentException(e.Refusal.Detail, nameof(decision))
                : e.Refusal.ToException(calls.Where);
        }
    }

    public async Task<(SessionAnswered Answer, int Times)> AskAsync(SessionRequested request, CancellationToken cancellationToken)
    {
        CheckTenant(request.Tenant);
        var json = RequestJson.Of(request, options.MaxRequestBytes);
        var changesNothing = request.Operation is SessionOperation.Read or SessionOperation.List;
        var path = changesNothing ? "api/sessions/questions" : "api/sessions/operations";
        var about = $"what was asked about a session ({request.Operation})";
        try
        {
            var (answer, times) = await calls.AskAsync<SessionAnswered>(
                () => GatewayCalls.Post(path, json), options.AnswerTimeout, about, cancellationToken);
            return (answer!, times);
        }
        catch (RefusedException e)
        {
            throw e.Refusal.ToException(calls.Where);
        }
    }

    public async Task<IReadOnlyList<ModelCapabilities>> AskAsync(
        CapabilitiesRequested request, CancellationToken cancellationToken)
    {
        string[] asked = [.. Parameter("provider", request.Provider), .. Parameter("model", request.Model)];
        var path = asked.Length == 0 ? "api/capabilities" : $"api/capabilities?{string.Join('&', asked)}";
        try
        {
            var (page, _) = await calls.AskAsync<CapabilityPage>(
                () => GatewayCalls.Get(path), options.AnswerTimeout, "what models can do", cancellationToken);
            return page!.Data;
        }
        catch (RefusedException e)
        {
            if (e.Refusal.Code == "model_not_found")
                throw new ProviderNotFoundException(e.Refusal.Detail ?? "");
            throw e.Refusal.ToException(calls.Where);
        }
    }

    /// <summary>Stored twice when the first answer is lost: what nobody attaches is removed after a time.</summary>
    public async Task<Guid> UploadAsync(
        string? tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken)
    {
        CheckTenant(tenant);
        var path = name is null ? "api/contents" : $"api/contents?name={Uri.EscapeDataString(name)}";
        var stored = await AskAsync<StoredContent>(
            () => GatewayCalls.Post(path, bytes, mediaType), options.UploadTimeout, "an upload", cancellationToken);
        return stored.ContentId;
    }

    /// <summary>What the first try removed is not there for the second.</summary>
    public async Task<bool> DeleteUploadAsync(string? tenant, Guid contentId, CancellationToken cancellationToken)
    {
        CheckTenant(tenant);
        try
        {
            await calls.AskAsync<NoAnswer>(
                () => GatewayCalls.Delete($"api/contents/{contentId}"), options.AnswerTimeout, "the removal of an upload", cancellationToken);
            return true;
        }
        catch (RefusedException e)
        {
            if (e.Refusal.IsUnknown)
                return false;
            throw e.Refusal.ToException(calls.Where);
        }
    }

    private static string[] Parameter(string name, string? value) =>
        value is null ? [] : [$"{name}={Uri.EscapeDataString(value)}"];

    private sealed record CapabilityPage(IReadOnlyList<ModelCapabilities> Data);

    private sealed record StoredContent(Guid ContentId);
}
