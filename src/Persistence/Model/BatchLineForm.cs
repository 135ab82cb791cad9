namespace Millrace.Persistence.Model;

/// <summary>What a line looks like, and so its result.</summary>
public static class BatchLineForm
{
    /// <summary>Ours: <c>{"custom_id","prompt",…}</c>.</summary>
    public const string Short = "short";

    /// <summary>A body of <c>/v1/chat/completions</c>.</summary>
    public const string Chat = "chat";

    /// <summary>A body of <c>/v1/responses</c>.</summary>
    public const string Response = "response";
}
