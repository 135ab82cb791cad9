using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Webhooks;

namespace Millrace.Tests.Gateway;

/// <summary>What needs no server to be seen.</summary>
public sealed class FormTests
{
    [Fact]
    public async Task A_refused_key_is_told_in_the_form_of_the_face_that_was_called()
    {
        var http = new DefaultHttpContext { Request = { Path = "/v1/chat/completions" }, Response = { Body = new MemoryStream() } };

        await FaultWriter.WriteAsync(http, new(401, "invalid_api_key", "No."));

        http.Response.Body.Position = 0;
        var error = (await JsonDocument.ParseAsync(http.Response.Body)).RootElement.GetProperty("error");
        Assert.Equal((401, "Bearer", "invalid_api_key", "authentication_error"), (http.Response.StatusCode, http.Response.Headers.WWWAuthenticate.ToString(), error.Text("code"), error.Text("type")));
    }

    [Fact]
    public void A_delivery_is_tried_nine_times_within_a_day_each_a_little_later_than_the_other()
    {
        var first = TimeSpan.FromSeconds(5);
        var pauses = Enumerable.Range(1, 9).Select(attempt => RetryTimes.After(attempt, first, 0)).ToList();

        Assert.Equal([5, 30, 120, 600, 1800, 7200, 18_000, 36_000, null], pauses.Select(pause => pause?.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(6), RetryTimes.After(1, first, 1));
        Assert.Equal(TimeSpan.FromMilliseconds(60), RetryTimes.After(2, TimeSpan.FromMilliseconds(10), 0));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://127.0.0.9:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://unix:/run/millrace.sock", true)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://+:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://192.168.1.5:8080", false)]
    [InlineData("http://gateway:8080", false)]
    public void Only_loopback_is_loopback(string address, bool expected) => Assert.Equal(expected, KeyRule.IsLoopback(address));
}
