using System.Collections;

namespace Millrace.Providers.Schemas;

/// <summary>Which members or items of one value have been looked at by some rule that it follows: what <c>unevaluatedProperties</c> and <c>unevaluatedItems</c> ask.</summary>
internal sealed class Seen(int count)
{
    private readonly BitArray places = new(count);

    public bool this[int place] => places[place];

    public void Add(int place) => places[place] = true;

    public void AddAll() => places.SetAll(true);

    public void Add(Seen other) => places.Or(other.places);

    /// <summary>One of the same value's, paid for; null for null.</summary>
    public static Seen? Another(Seen? seen, JsonTree value, StepBudget steps)
    {
        if (seen is null) return null;
        steps.Take(1 + (value.Count / 64));
        return new Seen(value.Count);
    }
}
