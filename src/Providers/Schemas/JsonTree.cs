using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary>
/// A JSON value in memory, made for being looked at many times: members are found by name, equal values have equal hashes, each knows where it stands. Of a
/// member that is there twice, the last counts.
/// </summary>
internal sealed class JsonTree
{
    private const int LongestKey = 64;

    private static readonly OrderedDictionary<string, JsonTree> None = [];

    private readonly JsonTree? parent;
    private readonly string? name;
    private readonly int place;
    private readonly bool isName;

    private JsonTree(JsonElement json, StepBudget steps, JsonTree? parent, string? name, int place)
    {
        (this.parent, this.name, this.place, Kind) = (parent, name, place, json.ValueKind);
        steps.Take();
        switch (Kind)
        {
            case JsonValueKind.String:
                Text = json.GetString()!;
                steps.TakeText(Text.Length);
                Hash = Text.GetHashCode(StringComparison.Ordinal);
                break;
            case JsonValueKind.Number:
                Number = JsonNumber.Parse(JsonMarshal.GetRawUtf8Value(json));
                Hash = Number.GetHashCode();
                break;
            case JsonValueKind.Array:
                Items = ReadItems(json, steps);
                Hash = HashOf(Items);
                break;
            case JsonValueKind.Object:
                Members = new(StringComparer.Ordinal);
                foreach (var member in json.EnumerateObject()) Members[member.Name] = new JsonTree(member.Value, steps, this, member.Name, 0);
                Hash = HashOf(Members);
                break;
            default:
                Hash = (int)Kind;
                break;
        }
    }

    /// <summary>A member's name as a value of its own.</summary>
    private JsonTree(string text, JsonTree owner) => (parent, isName, Kind, Text, Hash) = (owner, true, JsonValueKind.String, text, text.GetHashCode(StringComparison.Ordinal));

    public JsonValueKind Kind { get; }

    public string Text { get; } = "";

    public JsonNumber Number { get; }

    public JsonTree[] Items { get; } = [];

    public OrderedDictionary<string, JsonTree> Members { get; } = None;

    public int Hash { get; }

    /// <summary>Items or members.</summary>
    public int Count => Kind == JsonValueKind.Array ? Items.Length : Members.Count;

    /// <summary>A JSON pointer, with long names cut.</summary>
    public string Location
    {
        get
        {
            var keys = new Stack<string>();
            for (var at = this; at is not null; at = at.parent)
                if (at.parent is not null && !at.isName) keys.Push('/' + (at.name is { } own ? Shown(own) : $"{at.place}"));
            return keys.Count == 0 ? "/" : string.Concat(keys);
        }
    }

    /// <remarks>As deep as the reader allowed, 64 levels by default.</remarks>
    /// <exception cref="SchemaWorkException">It has more values than steps.</exception>
    public static JsonTree Of(JsonElement json, StepBudget steps) => new(json, steps, null, null, 0);

    public JsonTree NameAsValue(string name) => new(name, this);

    /// <summary>Equal as JSON Schema means it: numbers by value, members in any order.</summary>
    public bool IsEqualTo(JsonTree other, StepBudget steps)
    {
        steps.Take();
        if (Kind != other.Kind || Hash != other.Hash) return false;
        switch (Kind)
        {
            case JsonValueKind.String:
                steps.TakeText(Text.Length);
                return string.Equals(Text, other.Text, StringComparison.Ordinal);
            case JsonValueKind.Number:
                steps.TakeText(Number.Digits.Length);
                return Number == other.Number;
            case JsonValueKind.Array:
                return Items.Length == other.Items.Length && Items.Zip(other.Items).All(pair => pair.First.IsEqualTo(pair.Second, steps));
            case JsonValueKind.Object:
                return Members.Count == other.Members.Count
                    && Members.All(member => other.Members.TryGetValue(member.Key, out var others) && member.Value.IsEqualTo(others, steps));
            default:
                return true;
        }
    }

    /// <summary>A name in a pointer, cut if it is long.</summary>
    public static string Shown(string key) =>
        (key.Length > LongestKey ? key[..LongestKey] + "…" : key).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private JsonTree[] ReadItems(JsonElement json, StepBudget steps)
    {
        var items = new JsonTree[json.GetArrayLength()];
        foreach (var (i, item) in json.EnumerateArray().Index()) items[i] = new JsonTree(item, steps, this, null, i);
        return items;
    }

    private static int HashOf(JsonTree[] items)
    {
        var hash = new HashCode();
        foreach (var item in items) hash.Add(item.Hash);
        return hash.ToHashCode();
    }

    private static int HashOf(OrderedDictionary<string, JsonTree> members)
    {
        var sum = 0;
        foreach (var (name, value) in members) sum = unchecked(sum + HashCode.Combine(name.GetHashCode(StringComparison.Ordinal), value.Hash));
        return sum;
    }
}
