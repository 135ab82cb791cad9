namespace Millrace.Engine.Settings;

/// <summary>The queues that all workers share, apart from the lanes.</summary>
public static class QueueNames
{
    public const string Intake = "millrace.intake";
    public const string Cancel = "millrace.cancel";
    public const string Replay = "millrace.replay";
    public const string Sessions = "millrace.sessions";
    public const string Tools = "millrace.tools";
    public const string ToolResults = "millrace.tool-results";
    public const string ToolDecisions = "millrace.tool-decisions";
    public const string Contents = "millrace.contents";
    public const string Capabilities = "millrace.capabilities";
}
