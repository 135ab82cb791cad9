using System.Collections.Concurrent;
using Millrace.Client.Streaming;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>The feeds that listen, by generation. Safe for concurrent use; looking up takes no lock.</summary>
internal sealed class FeedRegistry
{
    private readonly ConcurrentDictionary<Guid, GenerationFeed[]> byId = new();

    public GenerationFeed[] Of(Guid id) => byId.GetValueOrDefault(id, []);

    public IEnumerable<GenerationFeed> All => byId.Values.SelectMany(feeds => feeds);

    public void Add(GenerationFeed feed) => byId.AddOrUpdate(
        feed.Id,
        _ => [feed],
        (_, feeds) => feeds.Contains(feed) ? feeds : [.. feeds, feed]);

    /// <summary>
    /// Removes a feed that no longer listens. Its reader may make room, and so want more, at the same moment: then it stays.
    /// </summary>
    public bool Prune(GenerationFeed feed)
    {
        if (feed.Listening)
            return false;
        Remove(feed);
        if (!feed.Listening)
            return true;
        Add(feed);
        return false;
    }

    public void Remove(GenerationFeed feed)
    {
        while (byId.TryGetValue(feed.Id, out var feeds) && feeds.Contains(feed))
        {
            GenerationFeed[] rest = [.. feeds.Where(other => other != feed)];
            if (rest.Length == 0
                ? byId.TryRemove(KeyValuePair.Create(feed.Id, feeds))
                : byId.TryUpdate(feed.Id, rest, feeds))
                return;
        }
    }
}
