using System.Buffers;
using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>Writes a session page by page, so that its length does not matter. Ends at the message that was the last when it began.</summary>
internal static class SessionDocumentWriter
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = ContractsJson.Options.Encoder };

    private static readonly byte[] NewLine = [(byte)'\n'];

    public static async Task WriteAsync(
        IAsyncEnumerable<SessionAnswered> pages, Stream destination, CancellationToken cancellationToken)
    {
        var written = new ArrayBufferWriter<byte>(); // the serializer flushes without waiting, which a stream may refuse
        await using var json = new Utf8JsonWriter(written, Form);
        long? through = null;
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            if (through is null)
                WriteHead(json, page.Session!);
            through ??= page.Session!.LastOrdinal;
            foreach (var message in page.Messages ?? [])
            {
                if (message.Ordinal <= through)
                    JsonSerializer.Serialize(json, message, ContractsJson.Options);
            }

            await SendAsync();
            if (page.Messages is [.., var last] && last.Ordinal >= through)
                break;
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await SendAsync();
        await destination.WriteAsync(NewLine, cancellationToken);
        await destination.FlushAsync(cancellationToken);

        async Task SendAsync()
        {
            await json.FlushAsync(cancellationToken);
            await destination.WriteAsync(written.WrittenMemory, cancellationToken);
            written.Clear();
        }
    }

    private static void WriteHead(Utf8JsonWriter json, SessionDescription session)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", SessionDocument.CurrentVersion);
        json.WritePropertyName("session");
        var head = new SessionDocumentHead
        {
            SessionId = session.SessionId,
            SystemPrompt = session.SystemPrompt,
            Provider = session.Provider,
            Model = session.Model,
            Options = session.Options,
            Metadata = session.Metadata,
            CreatedAt = session.CreatedAt,
            UpdatedAt = session.UpdatedAt,
        };
        JsonSerializer.Serialize(json, head, ContractsJson.Options);
        json.WriteStartArray("messages");
    }
}
