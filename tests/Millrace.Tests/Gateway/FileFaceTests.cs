using System.Net;
using System.Text;
using System.Text.Json;
using Millrace.Tests.Batches;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary><c>/v1/files</c>: in and out, piece by piece.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class FileFaceTests(GatewayFleet given)
{
    private const int Piece = 1024 * 1024;
    private const int Pieces = 50;

    [Fact]
    public async Task The_fields_may_come_before_the_file_or_behind_it()
    {
        using var behind = new MultipartFormDataContent { { BatchCalls.Content("one\ntwo"), "file", "dir/lines.jsonl" }, { new StringContent("batch"), "purpose" } };
        using var before = new MultipartFormDataContent
        {
            { new StringContent("batch"), "purpose" }, { new StringContent("created_at"), "expires_after[anchor]" }, { new StringContent("3600"), "expires_after[seconds]" },
            { new StringContent("?"), "of_a_later_version" }, { BatchCalls.Content(""), "file", "empty.jsonl" },
        };

        var (first, second) = (await given.Http.SendFormAsync(behind, HttpStatusCode.OK), await given.Http.SendFormAsync(before, HttpStatusCode.OK));

        Assert.Equal(("lines.jsonl", 7, 30 * 24 * 3600), (first.Text("filename"), first.Number("bytes"), first.Number("expires_at") - first.Number("created_at")));
        Assert.Equal(("empty.jsonl", 0, 3600), (second.Text("filename"), second.Number("bytes"), second.Number("expires_at") - second.Number("created_at")));
        Assert.Equal("one\ntwo", await given.Other.GetStringAsync(new Uri($"/v1/files/{first.Text("id")}/content", UriKind.Relative)));
        var (latest, oldest) = (await ListAsync("purpose=batch&limit=1"), await ListAsync($"purpose=batch&order=asc&after={first.Text("id")}"));
        Assert.Equal((second.Text("id"), "True"), (latest.Text("first_id"), latest.Text("has_more")));
        Assert.Contains(second.Text("id"), oldest.Data().Select(file => file.Text("id")));
        Assert.DoesNotContain(first.Text("id"), oldest.Data().Select(file => file.Text("id")));
        await given.Http.DeleteAsync($"/v1/files/{first.Text("id")}", HttpStatusCode.OK);
        await given.Other.DeleteAsync($"/v1/files/{first.Text("id")}", HttpStatusCode.NotFound);
        await given.Http.GetAsync($"/v1/files/{first.Text("id")}/content", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_no_upload_is_refused_with_the_field_and_nothing_of_it_is_kept()
    {
        (string? Param, string Text)[] refused =
        [
            ("purpose", Form(File("a.jsonl"))),
            ("file", Form(Field("purpose", "batch"))),
            ("file", Form(Field("purpose", "batch"), Field("file", "text"))),
            ("file", Form(Field("purpose", "batch"), File("a.txt"))),
            ("file", Form(File("a.jsonl"), File("b.jsonl"), Field("purpose", "batch"))),
            ("purpose", Form(File("a.jsonl"), Field("purpose", "vision"))),
            ("expires_after.seconds", Form(File("a.jsonl"), Field("purpose", "batch"), Field("expires_after[anchor]", "created_at"), Field("expires_after[seconds]", "60"))),
            ("expires_after.anchor", Form(File("a.jsonl"), Field("purpose", "batch"), Field("expires_after[seconds]", "3600"))),
            (null, Form(File("a.jsonl"), Field("purpose", "batch"))[..^20]),
            (null, "nothing"),
        ];

        foreach (var (param, text) in refused)
        {
            using var body = BatchCalls.Content(text);
            body.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
            Assert.Equal(param, (await given.Http.SendFormAsync(body, HttpStatusCode.BadRequest)).GetProperty("error").GetProperty("param").GetString());
        }
        using var json = BatchCalls.Content("{}");
        await given.Http.SendFormAsync(json, HttpStatusCode.UnsupportedMediaType);
        foreach (var id in new[] { "file-1", "x", $"file-{Guid.NewGuid():N}" })
        {
            Assert.Equal("file_not_found", (await given.Http.GetAsync($"/v1/files/{id}", HttpStatusCode.NotFound)).GetProperty("error").Text("code"));
            await given.Http.GetAsync($"/v1/files/{id}/content", HttpStatusCode.NotFound);
            await given.Http.GetAsync($"/v1/files?after={id}", HttpStatusCode.NotFound);
            await given.Http.DeleteAsync($"/v1/files/{id}", HttpStatusCode.NotFound);
        }
        await given.Http.GetAsync("/v1/files?purpose=%00", HttpStatusCode.BadRequest);
        Assert.Equal(0L, await given.Fleet.QueryAsync<long>("SELECT count(*) FROM files WHERE name = 'a.jsonl'"));
    }

    [Fact]
    public async Task A_large_file_is_in_the_database_before_its_end_has_been_sent_and_is_read_no_faster_than_it_is_taken()
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new Pouring(given), "file", "large.jsonl" } };
        var file = await given.Http.SendFormAsync(form, HttpStatusCode.OK);
        var id = Guid.ParseExact(file.Text("id")["file-".Length..], "N");
        Assert.Equal(Pieces * Piece, file.Number("bytes"));

        using var answer = await given.Http.GetAsync(new Uri($"/v1/files/{file.Text("id")}/content", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var content = await answer.Content.ReadAsStreamAsync();
        var taken = new byte[Piece];
        await content.ReadExactlyAsync(taken);
        Assert.Equal(Line(0), taken);
        // A gateway that had read ahead would still have the end of it
        await given.Fleet.QueryAsync<long>("WITH gone AS (DELETE FROM file_parts WHERE file_id = $1 AND number >= 40 RETURNING 1) SELECT count(*) FROM gone", id);
        await Assert.ThrowsAnyAsync<IOException>(() => content.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_deleted_output_stays_away_and_the_batch_as_it_is()
    {
        given.Fleet.Provider.AnswerBatches();
        var made = await given.Http.PostAsync("/v1/batches", new { input_file_id = await given.Http.UploadAsync([BatchDesk.Line("a", "x")]), output_expires_after = new { anchor = "created_at", seconds = 7200 } });
        var batch = await given.Http.EndAsync(made.Text("id"));
        var output = batch.Text("output_file_id");
        var file = await given.Http.GetAsync($"/v1/files/{output}", HttpStatusCode.OK);
        var text = await given.Http.GetStringAsync(new Uri($"/v1/files/{output}/content", UriKind.Relative));

        await given.Http.DeleteAsync($"/v1/files/{output}", HttpStatusCode.OK);

        Assert.Equal(("batch_output", Encoding.UTF8.GetByteCount(text), 7200), (file.Text("purpose"), file.Number("bytes"), file.Number("expires_at") - batch.Number("completed_at")));
        Assert.Equal(output, (await given.Http.GetAsync($"/v1/batches/{made.Text("id")}", HttpStatusCode.OK)).Text("output_file_id"));
        await given.Http.GetAsync($"/v1/files/{output}", HttpStatusCode.NotFound);
        Assert.DoesNotContain(output, (await ListAsync("")).Data().Select(one => one.Text("id")));
        Assert.Single(await given.Http.LinesAsync($"/api/batches/{BatchCalls.NativeId(made.Text("id"))}/results"));
    }

    private Task<JsonElement> ListAsync(string query) => given.Http.GetAsync($"/v1/files?{query}", HttpStatusCode.OK);

    private static byte[] Line(int number) => Encoding.ASCII.GetBytes($"{number}".PadRight(Piece - 1, '.') + "\n");

    private static string Form(params string[] parts) => string.Concat(parts.Select(part => $"--x\r\n{part}\r\n")) + "--x--\r\n";

    private static string Field(string name, string value) => $"Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}";

    private static string File(string name) => $"Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n{{}}";

    /// <summary>Sends the first forty pieces, and the rest when most of those are in the database.</summary>
    private sealed class Pouring(GatewayFleet given) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var number = 0; number < Pieces; number++)
            {
                if (number == 40)
                {
                    await stream.FlushAsync();
                    await given.Fleet.UntilAsync("SELECT count(*) >= 30 FROM file_parts p JOIN files f ON f.id = p.file_id WHERE f.name = 'large.jsonl' AND f.state = 'uploading'", true);
                }
                await stream.WriteAsync(Line(number));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
