using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Settings;

namespace Millrace.Tests.Gateway;

/// <summary>How many lasting calls a key may have open.</summary>
public sealed class OpenCallTests : IAsyncLifetime
{
    private static readonly Caller Key = new("acme", Guid.NewGuid());
    private static readonly Caller Another = new("acme", Guid.NewGuid());

    private readonly OpenCalls calls = new(Options.Create(new GatewayOptions { MaxOpenCallsPerKey = 2 }));

    private List<RouteEndpoint> routes = [];

    public async ValueTask InitializeAsync() => routes = await GatewayRoutes.AllAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void A_key_has_so_many_and_the_next_is_told_which_bound_is_in_the_way()
    {
        var first = Enter(Key);
        Enter(Key);

        var refused = Assert.Throws<FaultException>(() => Enter(Key)).Fault;

        Assert.Equal((429, "too_many_open_calls"), (refused.Status, refused.Code));
        Assert.Equal("The API key has 2 calls open at this gateway that wait, stream or carry a file, and 2 are allowed (Millrace:Gateway:MaxOpenCallsPerKey). Let one end, or try again.", refused.Message);
        Assert.NotNull(Enter(Another));
        first!.Dispose();
        first.Dispose(); // counts once
        Assert.NotNull(Enter(Key));
        Assert.Throws<FaultException>(() => Enter(Key));
    }

    [Fact]
    public void Where_no_keys_are_asked_for_the_bound_holds_for_all_together()
    {
        Enter(Caller.Local);
        Enter(Caller.Local);

        Assert.StartsWith("There are 2 calls open", Assert.Throws<FaultException>(() => Enter(Caller.Local)).Fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/generations/{id:guid}", "", false)]
    [InlineData("GET", "/api/generations/{id:guid}", "?wait=60", true)]
    [InlineData("GET", "/v1/responses/{id}", "", false)]
    [InlineData("GET", "/v1/responses/{id}", "?stream=true", true)]
    [InlineData("POST", "/api/generations/{id:guid}/cancel", "", false)]
    [InlineData("DELETE", "/api/contents/{id:guid}", "", false)]
    [InlineData("GET", "/api/generations/{id:guid}/events", "", true)]
    [InlineData("POST", "/v1/chat/completions", "", true)]
    public void A_short_look_a_cancel_and_a_removal_are_never_refused(string method, string route, string query, bool lasts)
    {
        Enter(Key);
        Enter(Key);

        if (lasts) Assert.Throws<FaultException>(() => Enter(Key, method, route, query));
        else Assert.Null(Enter(Key, method, route, query));
    }

    private IDisposable? Enter(Caller caller, string method = "POST", string route = "/stream", string query = "")
    {
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Request.QueryString = new(query);
        http.SetEndpoint(routes.Single(one => one.RoutePattern.RawText == route && GatewayRoutes.MethodsOf(one).Contains(method)));
        return calls.Enter(http, caller);
    }
}
