using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Persistence;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

/// <summary>Batches of one test, over the stores that a gateway and the commands use.</summary>
internal sealed class BatchDesk(IServiceProvider services) : IAsyncDisposable
{
    public const string Tenant = "acme";


    public FileStore Files => services.GetRequiredService<FileStore>();

    public BatchStore Batches => services.GetRequiredService<BatchStore>();

    public BatchResultStore Results => services.GetRequiredService<BatchResultStore>();

    public BatchRetryStore Retries => services.GetRequiredService<BatchRetryStore>();

    /// <summary>Over a fleet's database.</summary>
    public static BatchDesk Of(string postgres) => new(new ServiceCollection().AddLogging()
        .AddPersistence(_ => new PostgresDatabase(postgres), TimeSpan.FromMinutes(10)).BuildServiceProvider());

    /// <summary>A short line.</summary>
    public static string Line(string customId, string prompt) => JsonSerializer.Serialize(new { custom_id = customId, prompt });

    /// <summary>A line in OpenAI's form.</summary>
    public static string ChatLine(string customId, string prompt) => JsonSerializer.Serialize(new
    {
        custom_id = customId,
        method = "POST",
        url = "/v1/chat/completions",
        body = new { model = "m", messages = new[] { new { role = "user", content = prompt } } },
    });

    /// <summary>What the last message of a provider's call says.</summary>
    public static string PromptOf(ScriptedCall call) => call.Body.GetProperty("messages").EnumerateArray().Last().GetProperty("content") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        var parts => parts[0].GetProperty("text").GetString()!,
    };

    /// <summary>Stores a file and makes a batch of it.</summary>
    public async Task<Guid> SubmitAsync(IEnumerable<string> lines, Func<NewBatch, NewBatch>? change = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        var file = new StoredFile { Id = Guid.CreateVersion7(), Tenant = Tenant, Name = "in.jsonl", Purpose = "batch", State = "" };
        await Files.AddAsync(file, content, lifetime: null, CancellationToken.None);
        var batch = new NewBatch(Guid.CreateVersion7(), Tenant, file.Id);
        batch = change?.Invoke(batch) ?? batch;
        await Batches.AddAsync(batch, CancellationToken.None);
        return batch.Id;
    }

    /// <summary>Waits until a batch is as wanted.</summary>
    public Task<Batch> UntilAsync(Guid id, Func<Batch, bool> wanted, [CallerArgumentExpression(nameof(wanted))] string what = "") => Until.FitsAsync(
        async () => (await Batches.FindAsync(Tenant, id, CancellationToken.None))!, wanted, what, batch => $"{batch.State}, {batch.Completed} and {batch.Failed} of {batch.Total}");

    public Task<Batch> EndAsync(Guid id) => UntilAsync(id, batch => BatchState.IsTerminal(batch.State));

    public async Task<List<BatchResult>> ReadAsync(Batch batch, BatchResults which, BatchPlace? after = null)
    {
        var read = new List<BatchResult>();
        await foreach (var result in Results.ReadAsync(batch, which, after ?? BatchPlace.Start, CancellationToken.None)) read.Add(result);
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        if (services is ServiceProvider owned) await owned.DisposeAsync();
    }
}
