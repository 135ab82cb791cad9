namespace Millrace.Gateway.Webhooks;

/// <summary>What a webhook can be told of.</summary>
internal static class WebhookKinds
{
    public const string Completed = "generation.completed";
    public const string Failed = "generation.failed";
    public const string Cancelled = "generation.cancelled";

    /// <summary>Nothing has happened: somebody wants to see a message arrive.</summary>
    public const string Test = "webhook.test";

    /// <summary>What can be chosen.</summary>
    public static IReadOnlyList<string> Ends { get; } = [Completed, Failed, Cancelled];
}
