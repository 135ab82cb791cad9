using Microsoft.Extensions.AI;

namespace Millrace.Providers.Models;

/// <summary>What a call asks of its model beside text.</summary>
public sealed record Needs(bool Images, bool ImageUrls, bool Tools)
{
    /// <summary>Of a whole prompt, history included.</summary>
    public static Needs Of(IEnumerable<ChatMessage> prompt, bool tools)
    {
        var contents = prompt.SelectMany(message => message.Contents).ToList();
        var urls = contents.OfType<UriContent>().Any(uri => uri.HasTopLevelMediaType("image"));
        return new(urls || contents.OfType<DataContent>().Any(data => data.HasTopLevelMediaType("image")), urls, tools);
    }
}
