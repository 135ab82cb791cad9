namespace Millrace.Persistence.Model;

/// <summary>The states of a delivery to a webhook, as they stand in the table.</summary>
public static class WebhookDeliveryState
{
    /// <summary>It is to be tried, or tried again.</summary>
    public const string Pending = "pending";

    /// <summary>The webhook has it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It was given up.</summary>
    public const string Failed = "failed";
}
