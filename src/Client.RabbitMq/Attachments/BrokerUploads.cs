using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Inbox;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Attachments;

/// <summary>
/// Asks the workers to store bytes: piece by piece, each answered before the next one is sent, so that neither the broker nor a worker holds more than a piece of
/// an upload, and one that is refused ends with its first piece.
/// </summary>
internal sealed class BrokerUploads(ClientInbox inbox, RepeatedQuestion question, TimeProvider time)
{
    /// <param name="tenant">Whose they are. Default: the fleet's default, or the tenant that the broker's account is bound to.</param>
    /// <param name="mediaType">What the bytes are.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Ends the waiting; what has been sent by then is removed after a day.</param>
    /// <returns>Their id.</returns>
    public async Task<Guid> AddAsync(
        string? tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken)
    {
        var upload = new ContentRequested
        {
            RequestId = Guid.Empty,
            Operation = ContentOperation.Upload,
            Tenant = tenant,
            UploadId = NewId(),
            MediaType = mediaType,
            Name = name,
            Length = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
        Guid? stored = null;
        for (var piece = 0; piece * ContentRequested.PieceBytes < bytes.Length; piece++)
        {
            var from = piece * ContentRequested.PieceBytes;
            var length = Math.Min(ContentRequested.PieceBytes, bytes.Length - from);
            var asked = upload with { RequestId = NewId(), Piece = piece, Data = bytes.AsMemory(from, length) };
            var (answer, _) = await AskAsync(asked, $"an upload of {bytes.Length:N0} bytes", cancellationToken);
            if (answer.Problem is { } problem)
                throw Refusal(problem, answer.Message);
            stored = answer.ContentId;
        }

        return stored ?? throw new FleetUnreachableException(
            "The workers have taken all pieces of the upload and have not stored it: some have been removed in the meantime. Upload it again.");
    }

    /// <summary>Removes bytes; false if there are none. What the first asking removed is not there for the second.</summary>
    public async Task<bool> DeleteAsync(string? tenant, Guid contentId, CancellationToken cancellationToken)
    {
        var removal = new ContentRequested
        {
            RequestId = NewId(),
            Operation = ContentOperation.Delete,
            Tenant = tenant,
            ContentId = contentId,
        };
        var (answer, times) = await AskAsync(removal, "the removal of an upload", cancellationToken);
        return answer.Problem switch
        {
            null => true,
            ContentProblem.NotFound => times > 1,
            { } problem => throw Refusal(problem, answer.Message),
        };
    }

    private Task<(ContentAnswered Answer, int Times)> AskAsync(ContentRequested asked, string about, CancellationToken cancellationToken) => question.AskAsync(
        asked with { Channel = inbox.Label }, () => inbox.Word.Contents.Expect(asked.RequestId), about, cancellationToken);

    private Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    [SuppressMessage("Usage", "MA0015", Justification = "It is about what the caller gave to another method.")]
    private static Exception Refusal(ContentProblem problem, string? message)
    {
        var why = message ?? $"The workers refuse the upload: {problem}.";
        return problem == ContentProblem.Damaged ? new InvalidDataException(why) : new ArgumentException(why);
    }
}
