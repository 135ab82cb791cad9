using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Telemetry;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Telemetry;

/// <summary>docs/telemetry.md says what the code says.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(TestPaths.Repository, "docs/telemetry.md"));

    [Fact]
    public void It_names_every_span_and_no_other() =>
        Assert.Equal(Constants(typeof(Names.Spans)), FirstCells("## Spans").Select(cell => cell.Split(' ')[0]).Order());

    [Fact]
    public void It_names_every_attribute_and_no_other() =>
        Assert.Equal(Constants(typeof(Names.Attributes)), Ticked().Matches(Section("## Spans") + Section("## Metrics")).Select(match => match.Groups["name"].Value)
            .Where(IsAttribute).Distinct().Order());

    [Fact]
    public async Task It_has_every_metric_with_its_kind_and_its_unit()
    {
        var told = Rows("## Metrics").Select(cells => (Name: cells[0].Trim('`'), Kind: cells[1], Unit: cells[2].Trim('`'))).Order();
        var instruments = new List<(string Name, string Kind, string Unit)>();
        using var folder = new ScratchFolder("telemetry");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);
        var meter = worker.Services.GetRequiredService<IMeterFactory>().Create(Names.Scope);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, meter)) instruments.Add((instrument.Name, KindOf(instrument), instrument.Unit!));
        };
        listener.Start();

        Assert.Equal(told, instruments.Order());
        Assert.Equal(Constants(typeof(Names.Metrics)), instruments.Select(instrument => instrument.Name).Order());
    }

    private static bool IsAttribute(string name) =>
        name.Contains('.') && !Constants(typeof(Names.Metrics)).Contains(name) && (name.StartsWith("gen_ai.", StringComparison.Ordinal) || name.StartsWith("millrace.", StringComparison.Ordinal) || name == "error.type");

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Histogram" => "histogram",
        "Counter" => "counter",
        "ObservableGauge" => "gauge",
        _ => "up-down counter",
    };

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order();

    private static IEnumerable<string> FirstCells(string heading) => Rows(heading).Select(cells => cells[0].Trim('`'));

    private static IEnumerable<string[]> Rows(string heading) => Section(heading).Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    private static string Section(string heading) => Text[(Text.IndexOf(heading + '\n', StringComparison.Ordinal) + heading.Length)..].Split("\n## ")[0];

    [GeneratedRegex("`(?<name>[a-z_.]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ticked();
}
