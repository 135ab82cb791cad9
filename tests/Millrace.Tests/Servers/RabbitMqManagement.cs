using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Millrace.Tests.Servers;

/// <summary>
/// Makes virtual hosts on a broker that is reached only over the network, and removes them in the end. Its HTTP interface is at
/// <c>MILLRACE_TEST_RABBITMQ_MANAGEMENT</c>, by default port 15672 of the same host.
/// </summary>
internal sealed class RabbitMqManagement : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly List<string> made = [];
    private readonly string user;

    public RabbitMqManagement(Uri broker)
    {
        var account = broker.UserInfo.Length > 0 ? Uri.UnescapeDataString(broker.UserInfo) : "guest:guest";
        user = account.Split(':')[0];
        http.BaseAddress = new Uri(
            Environment.GetEnvironmentVariable("MILLRACE_TEST_RABBITMQ_MANAGEMENT") ?? $"http://{broker.Host}:15672");
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(account)));
    }

    public async Task CreateVirtualHostAsync(string name)
    {
        using var answer = await http.PutAsync($"/api/vhosts/{name}", JsonContent.Create(new { }));
        answer.EnsureSuccessStatusCode();
        lock (made)
            made.Add(name);
        using var permitted = await http.PutAsJsonAsync(
            $"/api/permissions/{name}/{Uri.EscapeDataString(user)}", new { configure = ".*", write = ".*", read = ".*" });
        permitted.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in made)
            (await http.DeleteAsync($"/api/vhosts/{name}")).Dispose();
        http.Dispose();
    }
}
