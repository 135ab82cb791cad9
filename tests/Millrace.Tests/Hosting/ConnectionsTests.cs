using Microsoft.Extensions.Configuration;
using Millrace.Engine.Settings;
using Millrace.Tests.Servers;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Hosting;

public sealed class ConnectionsTests
{
    private const string Broker = "amqp://user:p%40ss@host:5672/vhost";
    private const string Database = "Host=host;Database=millrace";

    [Fact]
    public void With_neither_one_process_runs_everything()
    {
        Assert.Null(From());
        Assert.Null(From(("RabbitMq", " "), ("Postgres", "")));
    }

    [Fact]
    public void With_both_it_is_a_fleet()
    {
        var connections = From(("RabbitMq", Broker + "\n"), ("Postgres", $" {Database} "))!;

        Assert.Equal(Broker, connections.RabbitMq.OriginalString);
        Assert.Equal(Database, connections.Postgres);
    }

    [Theory]
    [InlineData("amqp")]
    [InlineData("amqps")]
    [InlineData("rabbitmq")]
    [InlineData("rabbitmqs")]
    public void A_broker_may_be_named_by_any_of_its_schemes(string scheme) =>
        Assert.Equal(scheme, From(("RabbitMq", $"{scheme}://host/"), ("Postgres", Database))!.RabbitMq.Scheme);

    [Theory]
    [InlineData("RabbitMq", Broker, "ConnectionStrings:RabbitMq is set and ConnectionStrings:Postgres is not.")]
    [InlineData("Postgres", Database, "ConnectionStrings:Postgres is set and ConnectionStrings:RabbitMq is not.")]
    public void One_alone_is_a_mistake_and_the_message_says_what_is_missing(string name, string value, string message)
    {
        var fault = Assert.Throws<ConfigurationException>(() => From((name, value)));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Contains("with neither, one process runs everything", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("http://user:secret@host/")]
    [InlineData("amqp:/host")]
    [InlineData("amqp://")]
    public void What_is_no_broker_address_is_refused_without_repeating_it(string address)
    {
        var fault = Assert.Throws<ConfigurationException>(() => From(("RabbitMq", address), ("Postgres", Database)));

        Assert.Equal("ConnectionStrings:RabbitMq is not a broker address; it must look like amqp://user:password@host:5672/vhost (or amqps://).", fault.Message);
    }

    [Fact]
    public void A_value_may_stand_in_a_file()
    {
        using var folder = new ScratchFolder("connections");
        File.WriteAllText(folder.File("broker"), Broker + "\n");
        File.WriteAllText(folder.File("database"), Database + "\n");

        var connections = From(("RabbitMqFile", folder.File("broker")), ("PostgresFile", folder.File("database")))!;

        Assert.Equal(Broker, connections.RabbitMq.OriginalString);
        Assert.Equal(Database, connections.Postgres);
    }

    [Fact]
    public void A_file_that_is_not_there_or_empty_is_named()
    {
        using var folder = new ScratchFolder("connections");
        File.WriteAllText(folder.File("empty"), "\n");

        var missing = Assert.Throws<ConfigurationException>(() => From(("RabbitMqFile", "/nowhere/broker"), ("Postgres", Database)));
        var empty = Assert.Throws<ConfigurationException>(() => From(("RabbitMq", Broker), ("PostgresFile", folder.File("empty"))));

        Assert.Equal("ConnectionStrings:RabbitMqFile is '/nowhere/broker', and there is no such file.", missing.Message);
        Assert.Equal($"ConnectionStrings:PostgresFile is '{folder.File("empty")}', and that file is empty.", empty.Message);
    }

    private static Connections? From(params (string Name, string Value)[] strings) => Connections.From(new ConfigurationBuilder()
        .AddInMemoryCollection(strings.Select(entry => KeyValuePair.Create($"ConnectionStrings:{entry.Name}", (string?)entry.Value)))
        .Build());
}
