using MassTransit;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Persistence.Contents;

namespace Millrace.Worker.Messaging;

/// <summary>Stores the bytes of attachments, which come in pieces, or removes them, and answers. The same question again changes nothing more.</summary>
internal sealed class ContentConsumer(
    UploadStore uploads, ContentStore contents, QuestionAnswers answers, IOptions<MillraceOptions> options) : IConsumer<ContentRequested>
{
    public async Task Consume(ConsumeContext<ContentRequested> context)
    {
        var asked = context.Message;
        if (asked.RequestId == Guid.Empty)
            throw new MalformedMessageException("RequestId is the empty GUID; each request needs its own.");
        var answer = await AnswerAsync(asked, context.CancellationToken);
        var channel = RequestRules.ChannelOf(asked.Channel);
        await answers.SendAsync(context, answer, asked.RequestId, channel, Guid.NewGuid());
    }

    private Task<ContentAnswered> AnswerAsync(ContentRequested asked, CancellationToken cancellation)
    {
        if (UploadRules.Broken(asked, options.Value.MaxAttachmentBytes) is var (problem, message))
            return Task.FromResult(Refused(asked, problem, message));
        return asked.Operation == ContentOperation.Delete ? DeleteAsync(asked, cancellation) : TakeAsync(asked, cancellation);
    }

    private async Task<ContentAnswered> TakeAsync(ContentRequested asked, CancellationToken cancellation)
    {
        var digest = asked.Sha256!.ToLowerInvariant();
        var upload = new UploadedContent(Tenants.Of(asked), asked.UploadId!.Value, asked.MediaType!, asked.Name, (int)asked.Length!.Value, digest);
        return await uploads.TakeAsync(upload, asked.Piece!.Value, asked.Data!.Value.ToArray(), cancellation) switch
        {
            UploadState.Stored => new ContentAnswered { RequestId = asked.RequestId, ContentId = upload.ContentId },
            UploadState.Damaged => Refused(asked, ContentProblem.Damaged,
                $"The pieces of upload {upload.UploadId} do not have the digest {digest}, so nothing is kept; upload the bytes again under a new id."),
            _ => new ContentAnswered { RequestId = asked.RequestId },
        };
    }

    private async Task<ContentAnswered> DeleteAsync(ContentRequested asked, CancellationToken cancellation)
    {
        var (tenant, id) = (Tenants.Of(asked), asked.ContentId!.Value);
        return await contents.DeleteAsync(tenant, id, cancellation)
            ? new ContentAnswered { RequestId = asked.RequestId }
            : Refused(asked, ContentProblem.NotFound, $"Nothing is stored under ContentId '{id}' in tenant '{tenant}'.");
    }

    private static ContentAnswered Refused(ContentRequested asked, ContentProblem problem, string message) =>
        new() { RequestId = asked.RequestId, Problem = problem, Message = message };
}
