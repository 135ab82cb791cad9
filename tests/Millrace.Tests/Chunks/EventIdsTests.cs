using Millrace.Engine.Publishing;

namespace Millrace.Tests.Chunks;

public sealed class EventIdsTests
{
    private static readonly Guid Dns = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>Computed with Python's <c>uuid.uuid5</c>.</summary>
    [Theory]
    [InlineData("chunk", 7, "6af65d1c-181b-5fd6-be96-3f2ef340d5e6")]
    [InlineData("terminal", 0, "d910dba2-6c89-558c-baff-a415e9398145")]
    public void An_id_is_the_UUIDv5_of_kind_and_number_in_the_generations_namespace(string kind, long number, string expected) =>
        Assert.Equal(new Guid(expected), EventIds.Of(Dns, kind, number));

    [Fact]
    public void Generation_kind_and_number_each_make_another_id()
    {
        var ids = from generation in new[] { Dns, Guid.CreateVersion7(), Guid.Empty }
                  from kind in new[] { "chunk", "started", "terminal" }
                  from number in new[] { 0, 1, 10, long.MaxValue }
                  select EventIds.Of(generation, kind, number);

        Assert.Equal(36, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal((5, 0x8), (id.Version, id.Variant & 0xC)));
    }
}
