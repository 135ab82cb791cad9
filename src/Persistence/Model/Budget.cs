namespace Millrace.Persistence.Model;

/// <summary>
/// What has been spent of a budget in its period, and what is held for calls that have not ended. Money is in
/// nano-dollars: billionths of a US dollar.
/// </summary>
internal sealed class Budget
{
    /// <summary>Whose and when: <c>tenant/acme/2026-11</c>, <c>batch/&lt;id&gt;</c>.</summary>
    public required string Key { get; set; }

    public long SpentNanos { get; set; }
    public long ReservedNanos { get; set; }
}
