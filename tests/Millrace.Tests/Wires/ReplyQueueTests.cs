using Millrace.Worker.Messaging;

namespace Millrace.Tests.Wires;

public sealed class ReplyQueueTests
{
    private static readonly Uri Input = new("rabbitmq://broker/shop/millrace.intake");

    [Theory]
    [InlineData("rabbitmq://broker/shop/mine?temporary=true", null, "mine")]
    [InlineData("rabbitmq://another-name:5671/shop/mine", null, "mine")]
    [InlineData("queue:mine?durable=false", null, "mine")]
    [InlineData("exchange:mine", null, "mine")]
    [InlineData(null, "amq.gen-x", "amq.gen-x")]
    [InlineData("rabbitmq://broker/shop/amq.rabbitmq.reply-to?durable=false", "amq.rabbitmq.reply-to.g1", "amq.rabbitmq.reply-to.g1")]
    [InlineData("rabbitmq://broker/other/mine", null, null)]
    [InlineData("rabbitmq://broker/mine", null, null)]
    [InlineData("http://broker/shop/mine", null, null)]
    [InlineData("file:///mine", null, null)]
    [InlineData("queue:", null, null)]
    [InlineData("queue:millrace.intake", null, null)]
    [InlineData("exchange:run.openai.interactive", null, null)]
    [InlineData("rabbitmq://broker/shop/host_worker_millrace-worker_abc", null, null)]
    [InlineData(null, "millrace.cancel", null)]
    [InlineData(null, "", null)]
    [InlineData(null, null, null)]
    public void An_address_is_a_queue_on_the_same_broker_that_is_not_the_fleets(string? address, string? replyTo, string? queue) =>
        Assert.Equal(queue, ReplyQueue.Of(address is null ? null : new Uri(address), replyTo, Input));

    [Fact]
    public void In_the_nameless_virtual_host_a_name_is_all_there_is() =>
        Assert.Equal("mine", ReplyQueue.Of(new Uri("rabbitmq://broker/mine"), null, new Uri("rabbitmq://broker/millrace.intake")));
}
