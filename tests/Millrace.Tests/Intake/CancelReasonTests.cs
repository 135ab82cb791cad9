using Millrace.Engine.Publishing;

namespace Millrace.Tests.Intake;

public sealed class CancelReasonTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("enough\n", "enough\n")]
    [InlineData("a\0b\0", "ab")]
    public void A_reason_is_kept_but_for_what_the_database_refuses(string? given, string? kept) => Assert.Equal(kept, CancelReason.Of(given));

    [Fact]
    public void A_long_one_is_cut_between_characters()
    {
        Assert.Equal(new string('r', 512), CancelReason.Of(new string('r', 513)));
        Assert.Equal(new string('r', 511), CancelReason.Of(new string('r', 511) + "🌾"));
        Assert.Equal(new string('r', 510) + "🌾", CancelReason.Of(new string('r', 510) + "🌾s"));
    }
}
