using System.Net;
using Millrace.Tests.Servers;

namespace Millrace.Tests.ScriptedProviders;

/// <summary>A provider that is shared by tests, in whatever order they run: each finds it as its fixture left it.</summary>
[Integration]
public sealed class TestScriptsTests(TestScriptsTests.Shared shared) : IClassFixture<TestScriptsTests.Shared>
{
    [Theory]
    [InlineData(401)]
    [InlineData(500)]
    public async Task What_one_test_says_is_not_heard_by_the_next(int status)
    {
        Assert.Equal(HttpStatusCode.Accepted, await AskAsync());

        shared.Provider.Respond(call => call.Refuse(status));

        Assert.Equal((HttpStatusCode)status, await AskAsync());
    }

    private async Task<HttpStatusCode> AskAsync()
    {
        using var client = new HttpClient();
        using var body = new StringContent("""{"model":"m","messages":[]}""");
        using var answer = await client.PostAsync(shared.Provider.Endpoint, body);
        return answer.StatusCode;
    }

    public sealed class Shared : IAsyncLifetime
    {
        internal ScriptedProvider Provider { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
            Provider.Respond(call => call.Refuse(202));
        }

        public async ValueTask DisposeAsync() => await Provider.DisposeAsync();
    }
}
