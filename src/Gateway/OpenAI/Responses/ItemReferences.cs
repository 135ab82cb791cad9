using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>
/// Items that an input names and does not hold, <c>{"type":"item_reference","id":"msg_…"}</c>: each id has its generation in it, so the item is looked up in that
/// response, which has to be the caller's tenant's and stored. Every response is read once, of so many at most, and no more is taken from all of them than a body
/// may hold: a short input must not make a gateway read for ever.
/// </summary>
internal sealed class ItemReferences(ResponseStore responses, IOptions<GatewayOptions> options)
{
    /// <summary>A conversation of a thousand steps is longer than any model's context.</summary>
    private const int MostResponses = 1_000;

    /// <summary>The same input with the items in place of their names.</summary>
    /// <exception cref="FaultException">There is no such item.</exception>
    public async Task<JsonElement?> ResolveAsync(Caller caller, JsonElement? input, CancellationToken cancellation)
    {
        if (input is not { ValueKind: JsonValueKind.Array } items) return input;
        var named = items.EnumerateArray().Select(NameOf).OfType<string>().Distinct().ToList();
        if (named.Count == 0) return input;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var sources = named.GroupBy(OpenAIIds.ResponseOf).ToList();
        if (sources.Count > MostResponses) throw TooMany(sources.Count);
        var taken = 0L;
        foreach (var response in sources)
        {
            if (response.Key is null) throw NotFound(response.First());
            taken += await TakeAsync(caller, response.Key, [.. response], found, cancellation);
            if (taken > options.Value.MaxBodyBytes) throw TooLarge();
        }
        return Whole(items, found);
    }

    /// <summary>How many characters they have.</summary>
    private async Task<long> TakeAsync(Caller caller, string response, IReadOnlyList<string> named, Dictionary<string, string> found, CancellationToken cancellation)
    {
        var stored = await responses.TryFindAsync(caller, response, cancellation) ?? throw NotFound(named[0]);
        var (output, isRemembered) = await responses.OutputAsync(stored, cancellation);
        var items = output.Concat(InputItems.All(stored)).ToDictionary(item => (string)item["id"]!);
        if (isRemembered) Renumber(items, output, named);
        foreach (var id in named) found[id] = items.TryGetValue(id, out var item) ? item.ToJsonString(OpenAIJson.Options) : throw NotFound(id);
        return named.Sum(id => (long)found[id].Length);
    }

    /// <summary>When the log is gone, as many items of a kind as are remembered are those that are named, in their order.</summary>
    private static void Renumber(Dictionary<string, JsonObject> items, IReadOnlyList<JsonObject> output, IReadOnlyList<string> named)
    {
        foreach (var kind in named.GroupBy(KindOf))
        {
            var remembered = output.Where(item => KindOf((string)item["id"]!) == kind.Key).ToList();
            if (remembered.Count != kind.Count()) continue;
            foreach (var (id, item) in kind.Order(StringComparer.Ordinal).Zip(remembered)) items[id] = item;
        }
    }

    private static string KindOf(string id) => id[..id.IndexOf('_', StringComparison.Ordinal)];

    private JsonElement Whole(JsonElement items, Dictionary<string, string> found)
    {
        var whole = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(whole))
        {
            writer.WriteStartArray();
            var taken = 0L;
            foreach (var item in items.EnumerateArray())
            {
                if (NameOf(item) is not { } id)
                {
                    item.WriteTo(writer);
                    continue;
                }
                if ((taken += found[id].Length) > options.Value.MaxBodyBytes) throw TooLarge();
                writer.WriteRawValue(found[id], skipInputValidation: true);
            }
            writer.WriteEndArray();
        }
        return JsonElement.Parse(whole.WrittenSpan);
    }

    /// <summary>The type may be left out: then an id and nothing else names the item.</summary>
    private static string? NameOf(JsonElement item)
    {
        var isReference = Json.Text(item, "type") is { } type
            ? type == "item_reference"
            : Json.Property(item, "role") is null && Json.Property(item, "id") is not null;
        return isReference ? Json.Text(item, "id") ?? "" : null;
    }

    /// <summary>In OpenAI's words: programs look for them.</summary>
    private static FaultException NotFound(string id) => new(new(404, Fault.ItemNotFound,
        $"Item with id '{(id.Length > 100 ? id[..100] : id)}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.")
    { Param = "input" });

    private static FaultException TooMany(int sources) =>
        OpenAIFaults.Invalid("input", $"'input' names items of {sources} responses; at most {MostResponses} are allowed. Send the items themselves.");

    private FaultException TooLarge() => new(new(413, "too_large",
        $"The items that 'input' names have more than {options.Value.MaxBodyBytes} bytes together (Millrace:Gateway:MaxBodyBytes).")
    { Param = "input" });
}
