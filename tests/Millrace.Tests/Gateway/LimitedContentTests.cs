using Millrace.Dialects.Errors;
using Millrace.Gateway.OpenAI.Batches;

namespace Millrace.Tests.Gateway;

public sealed class LimitedContentTests
{
    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public async Task A_part_may_be_as_long_as_the_limit_and_no_longer(long limit, bool fits)
    {
        using var part = new MemoryStream(new byte[10]);
        await using var content = new LimitedContent(part, limit, () => FaultException.BadRequest("too large"));

        var refused = await Record.ExceptionAsync(() => content.CopyToAsync(Stream.Null));

        Assert.Equal(fits ? null : "too large", refused?.Message);
    }
}
