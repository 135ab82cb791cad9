namespace Millrace.Client.Http;

/// <summary>A gateway refused a call. Callers see it as the inner exception at most.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Detail ?? $"The answer was {refusal.Status}.")
{
    public Refusal Refusal { get; } = refusal;
}
