using System.Text.RegularExpressions;

namespace Millrace.Tests.Architecture;

/// <summary>Habits that a reader counts on everywhere.</summary>
public sealed partial class HabitTests
{
    private const int MostLines = 250;

    private static IEnumerable<SourceFile> All => SourceTree.Below("src").Concat(SourceTree.Below("tests"));

    [Fact]
    public void No_file_is_longer_than_can_be_kept_in_mind() => Assert.Empty(
        All.Select(file => (file.Name, Lines: file.Text.Split('\n').Length - 1))
            .Where(file => file.Lines > MostLines)
            .Select(file => $"{file.Name} has {file.Lines} lines; at most {MostLines}"));

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

    [Fact]
    public void Nothing_waits_by_blocking() => Assert.Empty(
        from file in SourceTree.Below("src")
        from line in file.Code
        where Blocking().IsMatch(line)
        select $"{file.Name}: {line.Trim()}");

    [Theory]
    [InlineData("catch (OperationCanceledException) { }", true)]
    [InlineData("catch (OperationCanceledException) when (stop.IsCancellationRequested)", false)]
    [InlineData("catch (OperationCanceledException late)\n    when (stop.IsCancellationRequested)", false)]
    [InlineData("catch (TaskCanceledException)\n{", true)]
    public void The_rule_about_catches_sees_what_it_should(string code, bool refused) =>
        Assert.Equal(refused, UnconditionalCatch().IsMatch(code));

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+\w*(Manager|Helper|Helpers|Util|Utils|Utilities|Base)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"^[^""\n]*catch\s*\(\s*(System\.)?(OperationCanceledException|TaskCanceledException)(\s+\w+)?\s*\)(?!\s*when\b)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnconditionalCatch();

    [GeneratedRegex(@"\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\)|async void", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Blocking();
}
