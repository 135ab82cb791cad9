using MassTransit;
using Millrace.Contracts;

namespace Millrace.Samples;

/// <summary>
/// Prints pieces as they come. An event may come twice, so a real service remembers the last <c>Sequence</c> of each generation, or
/// leaves that to the client library, which also fetches what was missed.
/// </summary>
internal sealed class StreamPrinter
    : IConsumer<ChunkProduced>, IConsumer<GenerationCompleted>, IConsumer<GenerationFailed>, IConsumer<GenerationCancelled>
{
    public Task Consume(ConsumeContext<ChunkProduced> context)
    {
        var chunk = context.Message;
        return chunk.Kind switch
        {
            ChunkKind.Text => Console.Out.WriteLineAsync($"{chunk.GenerationId} {chunk.Sequence,4} {chunk.Text}"),
            ChunkKind.Restarted => Console.Out.WriteLineAsync($"{chunk.GenerationId} restarted: pieces after {chunk.KeepThrough ?? 0} no longer count"),
            _ => Task.CompletedTask,
        };
    }

    public Task Consume(ConsumeContext<GenerationCompleted> context) =>
        Console.Out.WriteLineAsync($"{context.Message.GenerationId} completed: {context.Message.Text}");

    public Task Consume(ConsumeContext<GenerationFailed> context) =>
        Console.Out.WriteLineAsync($"{context.Message.GenerationId} failed: {context.Message.Reason}, {context.Message.Message}");

    public Task Consume(ConsumeContext<GenerationCancelled> context) =>
        Console.Out.WriteLineAsync($"{context.Message.GenerationId} cancelled: {context.Message.Reason}");
}
