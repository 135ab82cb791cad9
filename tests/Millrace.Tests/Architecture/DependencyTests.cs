using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Architecture;

/// <summary>Who may know whom.</summary>
public sealed partial class DependencyTests
{
    /// <summary>The folders of the worker that receive or send, and the one that puts them on a bus.</summary>
    private static readonly string[] MessagingFolders = ["Messaging", "Hosting"];

    /// <summary>The same of the gateway; everything else in it goes through the client.</summary>
    private static readonly string[] GatewayMessagingFolders = ["Webhooks"];

    private static readonly string[] Sdks = ["OpenAI", "Anthropic", "OllamaSharp", "Microsoft.Extensions.AI.OpenAI"];

    private static readonly string[] Buses = ["MassTransit", "RabbitMQ"];

    private static readonly string[] WebServers = ["Microsoft.AspNetCore"];

    [Theory]
    [InlineData("Millrace.Contracts")]
    [InlineData("Millrace.Persistence", "Millrace.Contracts")]
    [InlineData("Millrace.Client", "Millrace.Contracts")]
    [InlineData("Millrace.Client.RabbitMq", "Millrace.Contracts", "Millrace.Client")]
    [InlineData("Millrace.Providers", "Millrace.Contracts")]
    [InlineData("Millrace.Dialects", "Millrace.Contracts", "Millrace.Persistence")]
    [InlineData("Millrace.Engine", "Millrace.Contracts", "Millrace.Persistence", "Millrace.Providers", "Millrace.Dialects")]
    [InlineData("Millrace.Mcp", "Millrace.Contracts", "Millrace.Providers", "Millrace.Engine")]
    [InlineData("Millrace.Gateway", "Millrace.Contracts", "Millrace.Persistence", "Millrace.Dialects", "Millrace.Client", "Millrace.Client.RabbitMq")]
    public void Our_assemblies_know_each_other_in_one_direction(string assembly, params string[] allowed) =>
        Assert.DoesNotContain(References(assembly), name => name.StartsWith("Millrace.", StringComparison.Ordinal) && !allowed.Contains(name));

    [Theory]
    [InlineData("Millrace.Contracts")]
    [InlineData("Millrace.Persistence")]
    [InlineData("Millrace.Providers")]
    [InlineData("Millrace.Dialects")]
    [InlineData("Millrace.Engine")]
    [InlineData("Millrace.Mcp")]
    [InlineData("Millrace.Client")]
    public void What_does_the_work_knows_neither_a_bus_nor_a_web_server(string assembly) =>
        Assert.DoesNotContain(References(assembly), name => Buses.Concat(WebServers).Any(foreign => name.StartsWith(foreign, StringComparison.Ordinal)));

    [Theory]
    [InlineData("Millrace.Contracts")]
    [InlineData("Millrace.Persistence")]
    [InlineData("Millrace.Client")]
    [InlineData("Millrace.Client.RabbitMq")]
    [InlineData("Millrace.Dialects")]
    [InlineData("Millrace.Engine")]
    [InlineData("Millrace.Mcp")]
    [InlineData("Millrace.Gateway")]
    [InlineData("Millrace.Worker")]
    public void Only_the_providers_know_a_providers_sdk(string assembly) => Assert.DoesNotContain(References(assembly), name => Sdks.Contains(name));

    [Theory]
    [InlineData("Millrace.Engine")]
    [InlineData("Millrace.Gateway")]
    [InlineData("Millrace.Worker")]
    public void Only_one_assembly_knows_the_protocol_of_MCP(string assembly) =>
        Assert.DoesNotContain(References(assembly), name => name.StartsWith("ModelContextProtocol", StringComparison.Ordinal));

    /// <summary>A producer has no use for the workers' database, and gets no account of it.</summary>
    [Theory]
    [InlineData("Millrace.Contracts")]
    [InlineData("Millrace.Client")]
    [InlineData("Millrace.Client.RabbitMq")]
    public void A_producer_needs_no_database(string assembly) => Assert.DoesNotContain(
        References(assembly),
        name => name.StartsWith("Npgsql", StringComparison.Ordinal) || name.Contains("Sqlite", StringComparison.Ordinal) || name.Contains("EntityFramework", StringComparison.Ordinal));

    /// <summary>What two projects share is public, and has a comment.</summary>
    [Theory]
    [InlineData("Millrace.Contracts")]
    [InlineData("Millrace.Client")]
    [InlineData("Millrace.Client.RabbitMq")]
    [InlineData("Millrace.Persistence")]
    [InlineData("Millrace.Providers")]
    [InlineData("Millrace.Dialects")]
    [InlineData("Millrace.Engine")]
    [InlineData("Millrace.Mcp")]
    [InlineData("Millrace.Gateway")]
    [InlineData("Millrace.Worker")]
    public void The_internals_of_an_assembly_are_its_own(string assembly) => Assert.Equal(
        ["Millrace.Tests"],
        Assembly.Load(assembly).GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName));

    [Fact]
    public void In_the_worker_only_what_receives_and_sends_names_the_bus() => Assert.Empty(
        SourceTree.Below("src/Worker")
            .Where(file => !MessagingFolders.Any(folder => file.IsBelow($"src/Worker/{folder}")))
            .Where(file => file.Code.Any(line => BusName().IsMatch(line)))
            .Select(file => $"{file.Name} names MassTransit; allowed in {string.Join(", ", MessagingFolders)}"));

    [Fact]
    public void In_the_gateway_only_what_hears_of_events_names_the_bus() => Assert.Empty(
        SourceTree.Below("src/Gateway")
            .Where(file => !GatewayMessagingFolders.Any(folder => file.IsBelow($"src/Gateway/{folder}")))
            .Where(file => file.Code.Any(line => BusName().IsMatch(line)))
            .Select(file => $"{file.Name} names MassTransit; allowed in {string.Join(", ", GatewayMessagingFolders)}"));

    [Fact]
    public void The_client_that_speaks_HTTP_names_no_bus() => Assert.Empty(
        SourceTree.Below("src/Client")
            .Where(file => file.Code.Any(line => BusName().IsMatch(line) || line.Contains("RabbitMQ", StringComparison.Ordinal)))
            .Select(file => $"{file.Name} names MassTransit; a service without a broker uses it"));

    /// <summary>8.5.12 is the last release under a free licence; a 9.x does not start without a commercial key.</summary>
    [Fact]
    public void Every_lock_file_keeps_MassTransit_at_the_last_free_version()
    {
        var locked = SourceTree.Below(".", "packages.lock.json")
            .SelectMany(file => JsonNode.Parse(file.Text)!["dependencies"]!.AsObject()
                .SelectMany(framework => framework.Value!.AsObject())
                .Where(package => package.Key.StartsWith("MassTransit", StringComparison.OrdinalIgnoreCase))
                .Select(package => (file.Name, Package: package.Key, Version: (string?)package.Value!["resolved"])))
            .ToList();

        Assert.Contains(locked, entry => entry.Name == "src/Worker/packages.lock.json");
        Assert.All(locked, entry => Assert.Equal("8.5.12", entry.Version));
    }

    [Fact]
    public void The_central_versions_pin_MassTransit_exactly()
    {
        var versions = File.ReadAllText(Path.Combine(TestPaths.Repository, "Directory.Packages.props"));

        Assert.Equal(["[8.5.12]"], MassTransitVersion().Matches(versions).Select(match => match.Groups["version"].Value).Distinct());
    }

    private static IEnumerable<string> References(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);

    [GeneratedRegex(@"(?<![\w.""])MassTransit(\.|;)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BusName();

    [GeneratedRegex("""Include="MassTransit[^"]*" Version="(?<version>[^"]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MassTransitVersion();
}
