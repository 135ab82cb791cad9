using System.Net;
using System.Text.Json;
using Millrace.Persistence.Access;
using Millrace.Persistence.Sql;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>Keys to the gateways of a fleet.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class AccessTests(GatewayFleet given)
{
    private static readonly string Nothing = $"/api/generations/{Guid.Empty}";

    [Theory]
    [InlineData(null, "There is no API key with the call.")]
    [InlineData("sk-something-else", "The API key is not known.")]
    [InlineData("mr_abcdefgh_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn", "The API key is not known.")]
    public async Task A_call_without_a_key_that_is_known_is_refused(string? key, string message)
    {
        using var http = new HttpClient { BaseAddress = given.Http.BaseAddress };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", key);

        using var answer = await http.GetAsync(Relative(Nothing));

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("invalid_api_key", problem.Text("code"));
        Assert.StartsWith(message, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_the_right_beginning_and_another_end_is_not_known()
    {
        var key = await TestKeys.CreateAsync(given.Fleet.Postgres);
        var forged = ApiKeySecret.PrefixOf(key) + ApiKeySecret.Create()[11..];

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Header("Authorization", $"Bearer {key}")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Header("x-api-key", key)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Header("Authorization", $"Bearer {forged}")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Header("Authorization", $"Basic {key}")));
    }

    [Fact]
    public async Task A_key_without_the_scope_is_told_which_one_it_lacks()
    {
        using var http = await ClientAsync(key => key with { Scopes = "read" });

        await http.GetAsync(Nothing, HttpStatusCode.NotFound);
        var refused = await http.PostAsync("/generate", new { prompt = "x" }, HttpStatusCode.Forbidden);

        Assert.Equal("missing_scope", refused.Text("code"));
        Assert.StartsWith("The API key lacks the scope 'generate'; it has: read.", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("missing_scope", (await http.GetAsync("/api/webhooks", HttpStatusCode.Forbidden)).Text("code"));
    }

    [Fact]
    public async Task A_key_reaches_its_tenant_alone()
    {
        given.Fleet.Provider.Respond(call => call.Text("Hello.").Stop());
        using var mine = await ClientAsync(key => key with { Tenant = "acme" });

        var id = (await mine.PostAsync("/generate", new { prompt = "x" })).Text("generation_id");

        Assert.Equal("completed", (await mine.GetAsync($"/api/generations/{id}", HttpStatusCode.OK)).Text("state"));
        await given.Http.GetAsync($"/api/generations/{id}", HttpStatusCode.NotFound);
        Assert.Equal("acme", await given.Fleet.QueryAsync<string>("SELECT tenant FROM generations WHERE id = $1", Guid.Parse(id)));
    }

    [Fact]
    public async Task A_key_that_has_ended_is_refused_and_told_so()
    {
        using var late = await ClientAsync(key => key with { Lifetime = TimeSpan.FromMilliseconds(-1) });
        Assert.StartsWith("The API key has expired.", (await late.GetAsync(Nothing, HttpStatusCode.Unauthorized)).Text("detail"), StringComparison.Ordinal);

        var key = await TestKeys.CreateAsync(given.Fleet.Postgres);
        await using (var truth = Truth.Over(new PostgresDatabase(given.Fleet.Postgres)))
            await truth.Keys.RevokeAsync((await truth.Keys.FindAsync(ApiKeySecret.PrefixOf(key)!, CancellationToken.None))!.Id, CancellationToken.None);
        using var answer = await SendAsync(Header("x-api-key", key));
        Assert.Contains("The API key was revoked.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_says_that_its_type_is_what_it_says_and_none_says_what_serves_it()
    {
        using var answer = await given.Http.GetAsync(Relative(Nothing));

        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Empty(answer.Headers.Server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_told_the_limit(bool chunked)
    {
        var body = JsonSerializer.Serialize(new { prompt = new string('x', 4 * 1024 * 1024) });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/generate") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await given.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("too_large", problem.Text("code"));
        Assert.Contains("4194304 bytes. (Millrace:Gateway:MaxBodyBytes)", problem.Text("detail"), StringComparison.Ordinal);
    }

    private async Task<HttpClient> ClientAsync(Func<NewApiKey, NewApiKey> change)
    {
        var http = new HttpClient { BaseAddress = given.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await TestKeys.CreateAsync(given.Fleet.Postgres, change));
        return http;
    }

    private static HttpRequestMessage Header(string name, string value)
    {
        var request = Get(Nothing);
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private async Task<HttpStatusCode> StatusAsync(HttpRequestMessage request)
    {
        using var answer = await SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var http = new HttpClient { BaseAddress = given.Http.BaseAddress };
        return await http.SendAsync(request);
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}
