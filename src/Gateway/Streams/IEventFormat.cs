using Millrace.Contracts;

namespace Millrace.Gateway.Streams;

/// <summary>How an API writes a generation as server-sent events. One for each stream; not safe for concurrent use.</summary>
internal interface IEventFormat
{
    /// <summary>What comes before the first chunk.</summary>
    IEnumerable<ServerEvent> Begin();

    /// <summary>A chunk, in order. What it throws ends the stream as <see cref="Fail"/> says.</summary>
    IEnumerable<ServerEvent> Tell(ChunkProduced chunk);

    /// <summary>The answer is whole.</summary>
    IEnumerable<ServerEvent> End(GenerationCompleted completed);

    /// <summary>There is no answer, or none that this format can express. Only for a stream that has begun: before that, the HTTP status says it.</summary>
    IEnumerable<ServerEvent> Fail(Exception exception);
}
