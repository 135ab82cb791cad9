using Millrace.Persistence.Sql;
using Millrace.Tests.Commands;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Embedded;

[Integration]
public sealed class CrashTests
{
    [Fact]
    public async Task What_a_killed_process_was_generating_is_finished_by_the_next_one_on_its_file()
    {
        using var folder = new CommandFolder();
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text("half of ").Stall());
        folder.Environment["Millrace__Providers__scripted__Endpoint"] = provider.Endpoint.ToString();
        folder.Environment["Millrace__Providers__scripted__DefaultModel"] = "m";
        await using (var killed = await folder.StartProcessAsync("generate", "Say hello."))
        {
            await provider.NextCallAsync();
            await killed.SignalAsync("KILL");
            await killed.WaitForExitAsync();
        }

        provider.Respond(call => call.Text("the whole ", "answer").Stop());
        using var file = new SqliteDatabase(folder.Database);
        var id = Assert.Single(await file.QueryAsync("SELECT id FROM generations WHERE state = 'running'", row => row.GetOnly<Guid>(), CancellationToken.None));
        await file.ExecuteAsync("UPDATE workers SET lost_at = heartbeat_at", CancellationToken.None); // it would be found out by its silence
        await using var worker = await EmbeddedWorker.StartAsync(folder.Database, provider);

        var completed = await Until.DoneAsync(worker.Client.WaitAsync(id));

        Assert.Equal(("the whole answer", 2), (completed.Text, completed.Attempts));
    }
}
