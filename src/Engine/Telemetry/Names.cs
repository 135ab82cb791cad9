namespace Millrace.Engine.Telemetry;

/// <summary>
/// Every name of a span, an attribute and a metric that is ours to give. <c>gen_ai.*</c>, <c>error.*</c> and <c>messaging.*</c> are those of
/// OpenTelemetry's semantic conventions; where those have no word, the name begins with <c>millrace.</c>. The table in docs/telemetry.md is
/// held to this file by a test.
/// </summary>
public static class Names
{
    /// <summary>Of the activity source and of the meter.</summary>
    public const string Scope = "Millrace";

    public static class Spans
    {
        public const string Intake = "intake";
        public const string Run = "run";

        /// <summary>Followed by a space and the model.</summary>
        public const string Chat = "chat";

        /// <summary>Followed by a space and the tool.</summary>
        public const string ExecuteTool = "execute_tool";
    }

    public static class Attributes
    {
        public const string ErrorType = "error.type";
        public const string Operation = "gen_ai.operation.name";
        public const string ProviderKind = "gen_ai.provider.name";
        public const string Conversation = "gen_ai.conversation.id";
        public const string RequestModel = "gen_ai.request.model";
        public const string RequestStream = "gen_ai.request.stream";
        public const string ResponseModel = "gen_ai.response.model";
        public const string FinishReasons = "gen_ai.response.finish_reasons";
        public const string TimeToFirstChunk = "gen_ai.response.time_to_first_chunk";
        public const string InputTokens = "gen_ai.usage.input_tokens";
        public const string CachedTokens = "gen_ai.usage.cache_read.input_tokens";
        public const string OutputTokens = "gen_ai.usage.output_tokens";
        public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";
        public const string TokenType = "gen_ai.token.type";
        public const string Tool = "gen_ai.tool.name";
        public const string ToolCall = "gen_ai.tool.call.id";
        public const string ToolType = "gen_ai.tool.type";
        public const string Generation = "millrace.generation.id";
        public const string Provider = "millrace.provider";
        public const string Class = "millrace.class";
        public const string Epoch = "millrace.epoch";
        public const string Attempt = "millrace.attempt";
        public const string Step = "millrace.step";
        public const string Outcome = "millrace.outcome";
        public const string Reason = "millrace.reason";
        public const string Event = "millrace.event";
        public const string ToolSide = "millrace.tool.side";
    }

    public static class Metrics
    {
        public const string TokenUsage = "gen_ai.client.token.usage";
        public const string OperationDuration = "gen_ai.client.operation.duration";
        public const string TimeToFirstChunk = "gen_ai.client.operation.time_to_first_chunk";
        public const string ToolDuration = "gen_ai.execute_tool.duration";
        public const string OutputRate = "millrace.output.rate";
        public const string QueueAge = "millrace.queue.age";
        public const string Running = "millrace.lane.running";
        public const string Slots = "millrace.lane.slots";
        public const string Requests = "millrace.requests";
        public const string Wait = "millrace.generation.wait";
        public const string FirstChunk = "millrace.generation.first_chunk";
        public const string Duration = "millrace.generation.duration";
        public const string Attempts = "millrace.generation.attempts";
        public const string Generations = "millrace.generations";
        public const string Cost = "millrace.cost";
        public const string BudgetRefusals = "millrace.budget.refusals";
        public const string Pauses = "millrace.pauses";
        public const string LimitWait = "millrace.limit.wait";
        public const string AccountStops = "millrace.account.stops";
        public const string Reused = "millrace.answers.reused";
        public const string FencedWrites = "millrace.fenced_writes";
        public const string ToolCalls = "millrace.tool_calls";
        public const string Chunks = "millrace.chunks";
        public const string Events = "millrace.events";
        public const string Poisoned = "millrace.poisoned";
        public const string SweeperFinds = "millrace.sweeper.finds";
    }
}
