using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Settings;
using Millrace.Gateway.Webhooks;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

[Integration]
public sealed class WebhookRuleTests
{
    [Theory]
    [InlineData(null, "events has a null; there are generation.completed, generation.failed, generation.cancelled.")]
    [InlineData("", "events has ''; there are generation.completed, generation.failed, generation.cancelled.")]
    [InlineData("x", "events has 'x'; there are generation.completed, generation.failed, generation.cancelled.")]
    public void A_kind_of_event_that_does_not_exist_is_refused_wherever_it_stands(string? kind, string told)
    {
        foreach (var events in new[] { new[] { kind! }, [kind!, "generation.failed"], ["generation.failed", kind!], [kind!, "y"] })
            Assert.Equal(told, Refused(new() { Url = "https://example.com/", Events = events }, allowPrivate: false));
    }

    [Theory]
    [InlineData("http://example.com/a\nb")]
    [InlineData("http://example.com/a\u0085b")]
    [InlineData("http://example.com/a b")]
    [InlineData("http:\\\\example.com/")]
    public void An_address_holds_no_control_characters_inside_a_network_either(string url) =>
        Assert.Contains("it holds a space, a backslash or a control character", Refused(new() { Url = url }, allowPrivate: true), StringComparison.Ordinal);

    [Fact]
    public async Task No_trace_goes_with_a_message_and_no_span_and_no_metric_has_its_address()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var seen = new List<string?>();
        using var spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Note(span.GetTagItem("server.port")),
        };
        ActivitySource.AddActivityListener(spans);
        using var metrics = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == "System.Net.Http") self.EnableMeasurementEvents(instrument); } };
        metrics.SetMeasurementEventCallback<double>((_, _, tags, _) => NoteAll(tags));
        metrics.SetMeasurementEventCallback<long>((_, _, tags, _) => NoteAll(tags));
        metrics.Start();
        using var around = new Activity("around").Start();
        using (var http = new WebhookHttp(Options.Create(new GatewayOptions { Webhooks = { AllowPrivate = true } })))
        using (var message = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new StringContent("{}") })
        {
            Assert.Equal(204, await http.PostAsync(message, CancellationToken.None));
        }
        Assert.Equal("", receiver.Messages.Single().TraceParent);
        lock (seen) Assert.DoesNotContain(Port(), seen);

        // The listeners do listen: another client's message is seen
        using var usual = new HttpClient();
        using var answer = await usual.PostAsync(receiver.Url, new StringContent("{}"));
        Assert.NotEqual("", receiver.Messages.Last().TraceParent);
        lock (seen) Assert.True(seen.Count(port => port == Port()) > 1);

        string Port() => receiver.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        void Note(object? port)
        {
            lock (seen) seen.Add(port?.ToString());
        }

        void NoteAll(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags) if (tag.Key == "server.port") Note(tag.Value);
        }
    }

    private static string Refused(NewWebhookBody body, bool allowPrivate) => Assert.Throws<FaultException>(() => body.ToWebhook("default", allowPrivate, TimeProvider.System)).Message;
}
