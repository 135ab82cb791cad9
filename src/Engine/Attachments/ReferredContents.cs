using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Persistence.Contents;

namespace Millrace.Engine.Attachments;

/// <summary>Looks up what messages refer to by id, before their rules are checked: those must not wait for a database.</summary>
public sealed class ReferredContents(ContentStore contents)
{
    /// <summary>The same request with what is stored under the ids that it names. Of one that is refused anyway nothing is looked up.</summary>
    public async Task<IncomingRequest> LookUpAsync(GenerateRequested request, IncomingRequest incoming, int mostBytes, CancellationToken cancellation) =>
        Attached.In(request) is { Count: > 0 } messages && RequestRules.Broken(request) is null
            ? incoming with { Contents = await FindAsync(Tenants.Of(request), messages, mostBytes, cancellation) }
            : incoming;

    /// <summary>What is there, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, ContentHead>> FindAsync(
        string tenant, IReadOnlyList<Attached> messages, int mostBytes, CancellationToken cancellation)
    {
        var found = new Dictionary<Guid, ContentHead>();
        // Sorted and not hashed: callers choose these ids, also such as share a hash
        var ids = new SortedSet<Guid>(messages.SelectMany(message => message.Attachments).Select(attachment => attachment?.ContentId).OfType<Guid>());
        foreach (var id in ids)
        {
            if (await contents.FindAsync(tenant, id, mostBytes, cancellation) is { } content) found[id] = content;
        }
        return found;
    }
}
