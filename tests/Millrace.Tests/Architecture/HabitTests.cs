using System.Text.RegularExpressions;

namespace Millrace.Tests.Architecture;

/// <summary>Habits that a reader counts on everywhere.</summary>
public sealed partial class HabitTests
{
    private static IEnumerable<SourceFile> All => SourceTree.Below("src").Concat(SourceTree.Below("tests"));

    [Fact]
    public void No_type_is_named_for_having_no_name() => Assert.Empty(
        from file in All
        from match in EmptyName().Matches(string.Join('\n', file.Code))
        select $"{file.Name}: {match.Value.Trim()}");

    /// <summary>Several tokens meet in every await: one that is caught must be told by which of them it was.</summary>
    [Fact]
    public void Every_caught_cancellation_says_whose_it_was() => Assert.Empty(
        from file in All
        from match in UnconditionalCatch().Matches(string.Join('\n', file.Code))
        select $"{file.Name}: '{match.Value.Trim()}' has no 'when'");

    [Theory]
    [InlineData("catch (OperationCanceledException) { }", true)]
    [InlineData("catch (OperationCanceledException) when (stop.IsCancellationRequested)", false)]
    [InlineData("catch (OperationCanceledException late)\n    when (stop.IsCancellationRequested)", false)]
    [InlineData("catch (TaskCanceledException)\n{", true)]
    public void The_rule_about_catches_sees_what_it_should(string code, bool refused) =>
        Assert.Equal(refused, UnconditionalCatch().IsMatch(code));

    /// <summary>How long something takes is the machine's to say. What a test waits for, it waits for with <c>Until</c>.</summary>
    [Fact]
    public void No_test_measures_the_machine() => Assert.Empty(
        from file in SourceTree.Below("tests/Millrace.Tests")
        where !file.IsBelow("tests/Millrace.Tests/Servers") && !file.IsBelow("tests/Millrace.Tests/Architecture")
        from match in RealTime().Matches(string.Join('\n', file.Code))
        select $"{file.Name}: {match.Value}");

    [Theory]
    [InlineData("var watch = Stopwatch.StartNew();", true)]
    [InlineData("await task.WaitAsync(TimeSpan.FromSeconds(20));", true)]
    [InlineData("Assert.True(TimeProvider.System.GetElapsedTime(began) < limit);", true)]
    [InlineData("await Until.DoneAsync(task);", false)]
    [InlineData("await task.WaitAsync(token);", false)]
    public void The_rule_about_time_sees_what_it_should(string code, bool refused) => Assert.Equal(refused, RealTime().IsMatch(code));

    /// <summary>A verb that wrote past its console would not be seen where it runs inside another program, and could not be run there.</summary>
    [Fact]
    public void Verbs_know_the_process_through_their_console_alone() => Assert.Empty(
        from file in SourceTree.Below("src/Worker/Cli")
        where !file.Name.EndsWith("/CommandConsole.cs", StringComparison.Ordinal)
        from match in OfProcess().Matches(string.Join('\n', file.Code))
        select $"{file.Name}: '{match.Value}' is CommandConsole's");

    [Theory]
    [InlineData("    Console.Error.WriteLine(text);", true)]
    [InlineData("    if (System.Console.IsInputRedirected) return;", true)]
    [InlineData("    AnsiConsole.Write(table);", true)]
    [InlineData("    var builder = Host.CreateApplicationBuilder();", true)]
    [InlineData("    console.Error.WriteLine(output.Console.In);", false)]
    [InlineData("    AnsiConsole.Create(settings);", false)]
    public void The_rule_about_consoles_sees_what_it_should(string code, bool refused) => Assert.Equal(refused, OfProcess().IsMatch(code));

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+\w*(Manager|Helper|Helpers|Util|Utils|Utilities|Base)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"^[^""\n]*catch\s*\(\s*(System\.)?(OperationCanceledException|TaskCanceledException)(\s+\w+)?\s*\)(?!\s*when\b)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnconditionalCatch();

    [GeneratedRegex(@"\b(Stopwatch|GetElapsedTime|Thread\.Sleep)\b|\.WaitAsync\(TimeSpan\.From\w+\(\d", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RealTime();

    [GeneratedRegex(@"(?<![\w.])(System\.)?Console\.\w+|\bAnsiConsole\.(?!Create\b)\w+|\bHost\.CreateApplicationBuilder|\bWebApplication\.CreateBuilder|\bPosixSignalRegistration\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfProcess();
}
