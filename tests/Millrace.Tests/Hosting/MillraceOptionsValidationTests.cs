using Millrace.Engine.Composition;
using Millrace.Engine.Settings;

namespace Millrace.Tests.Hosting;

public sealed class MillraceOptionsValidationTests
{
    private static readonly Dictionary<string, Action<MillraceOptions>> Broken = new()
    {
        ["Millrace:MaxRequestBytes is 1023; it must be between 1024 and 16777216."] = o => o.MaxRequestBytes = 1023,
        ["Millrace:MaxOutputCharacters is 0; it must be between 1 and 4000000."] = o => o.MaxOutputCharacters = 0,
        ["Millrace:HeartbeatInterval is 00:00:00; it must be between 00:00:00.1000000 and 00:00:10."] = o => o.HeartbeatInterval = TimeSpan.Zero,
        ["Millrace:SweepInterval is 00:01:01; it must be between 00:00:00.1000000 and 00:01:00."] = o => o.SweepInterval = TimeSpan.FromSeconds(61),
        ["Millrace:DrainTime is -00:00:01; it must be between 00:00:00 and 00:10:00."] = o => o.DrainTime = TimeSpan.FromSeconds(-1),
        ["Millrace:ChunkRetention is 00:00:59; it must be at least 00:01:00."] = o => o.ChunkRetention = TimeSpan.FromSeconds(59),
        ["Millrace:Chunks:Interval is 00:00:11; it must be between 00:00:00 and 00:00:10."] = o => o.Chunks.Interval = TimeSpan.FromSeconds(11),
        ["Millrace:Chunks:Size is 65537; it must be between 1 and 65536."] = o => o.Chunks.Size = 65_537,
        ["Millrace:Chunks:EventsPerSecond is 0; it must be between 1 and 100000."] = o => o.Chunks.EventsPerSecond = 0,
        ["Millrace:Retry:MaxAttempts is 21; it must be between 1 and 20."] = o => o.Retry.MaxAttempts = 21,
        ["Millrace:Retry:BaseDelay is 00:01:01; it must be between 00:00:00 and 00:01:00."] = o => o.Retry.BaseDelay = TimeSpan.FromSeconds(61),
        ["Millrace:Retry:MaxDelay is 01:00:01; it must be between 00:00:00 and 01:00:00."] = o => o.Retry.MaxDelay = TimeSpan.FromSeconds(3601),
        ["Millrace:Retry:MaxRetryAfter is 1.00:00:01; it must be between 00:00:00 and 1.00:00:00."] = o => o.Retry.MaxRetryAfter = TimeSpan.FromSeconds(86_401),
        ["Millrace:Retry:CircuitPatience is -00:00:01; it must be between 00:00:00 and 1.00:00:00."] = o => o.Retry.CircuitPatience = TimeSpan.FromSeconds(-1),
        ["Millrace:DeadAfter is 00:00:02; it must be at least three times Millrace:HeartbeatInterval (00:00:01), or a worker that is only late would be taken for dead."] =
            o => o.DeadAfter = TimeSpan.FromSeconds(2),
        ["Millrace:Producers:billing is 'a b'; it must be a tenant, [A-Za-z0-9_.-]{1,64}, or * for all."] = o => o.Producers["billing"] = "a b",
        ["Millrace:Database is empty; give the path of the SQLite file."] = o => o.Database = " ",
    };

    public static TheoryData<string> Messages => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_setting_out_of_its_range_is_named_with_its_value_and_the_range(string message)
    {
        var options = new MillraceOptions();
        Broken[message](options);

        Assert.Equal([message], new MillraceOptionsValidation().Validate(null, options).Failures);
    }

    [Fact]
    public void The_defaults_are_valid() => Assert.True(new MillraceOptionsValidation().Validate(null, new MillraceOptions()).Succeeded);

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var options = new MillraceOptions { MaxOutputCharacters = 0, Database = "" };

        Assert.Equal(2, new MillraceOptionsValidation().Validate(null, options).Failures!.Count());
    }
}
