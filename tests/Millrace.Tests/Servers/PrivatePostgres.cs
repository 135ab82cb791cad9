namespace Millrace.Tests.Servers;

/// <summary>
/// A PostgreSQL cluster from the machine's own package in a folder of its own. Commits are synchronous as in production
/// (<c>fsync</c> and <c>synchronous_commit</c> stay on), so a hard stop loses nothing that was committed. Starts in about 2 s.
/// </summary>
internal sealed class PrivatePostgres : IServerHost
{
    private readonly ScratchFolder folder = new("postgres");
    private readonly string binaries = FindBinaries();
    private readonly string[] asUser = [];
    private readonly PrivateAuthority? authority;
    private GuardedProcess? server;

    /// <param name="authority">Whose certificate it shows to clients that ask for TLS. Default: it speaks no TLS.</param>
    public PrivatePostgres(PrivateAuthority? authority = null)
    {
        this.authority = authority;
        // The server refuses to run as root; the package made this account for it.
        if (Environment.IsPrivilegedProcess)
            asUser = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"];
    }

    public int Port { get; } = FreePorts.Next();

    private string Data => this.folder.File("data");

    public async Task StartAsync()
    {
        if (!Directory.Exists(Data))
            await InitializeAsync();
        // Orphaned, it is told to quit at once rather than killed: that way it removes its shared memory.
        this.server = await GuardedProcess.StartAsync(
            [.. asUser, binaries + "postgres", "-D", Data, "-k", Data, "-p", $"{Port}",
                "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", .. Tls()],
            folder: this.folder.Path, lastSignal: "QUIT");
    }

    public async Task StopAsync(Stop how)
    {
        if (this.server is null)
            return;
        // QUIT ends all sessions without a checkpoint; the next start recovers from the log as after a crash. INT writes all and ends.
        await this.server.SignalAsync(how == Stop.Hard ? "QUIT" : "INT");
        await this.server.WaitForExitAsync();
        await this.server.DisposeAsync();
        this.server = null;
    }

    public void ThrowIfDead()
    {
        if (this.server is { HasExited: true } server)
            throw new InvalidOperationException($"PostgreSQL ended with code {server.ExitCode}:\n{server.Output.Tail()}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(Stop.Hard);
        this.folder.Dispose();
    }

    private async Task InitializeAsync()
    {
        if (asUser.Length > 0)
            await RunAsync("install", "-d", "-o", "postgres", "-g", "postgres", "-m", "700", Data);
        await RunAsync([.. asUser, binaries + "initdb", "-D", Data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"]);
        if (authority is null)
            return;
        await InstallAsync(authority.ServerCertificate, "server.pem");
        await InstallAsync(authority.ServerKey, "server.key");
    }

    /// <summary>The server wants the key to be its own and readable by nobody else.</summary>
    private async Task InstallAsync(string file, string name) =>
        await RunAsync(["install", .. asUser.Length > 0 ? new[] { "-o", "postgres", "-g", "postgres" } : [], "-m", "600", file, Path.Combine(Data, name)]);

    private string[] Tls() => authority is null ? [] : ["-c", "ssl=on", "-c", "ssl_cert_file=server.pem", "-c", "ssl_key_file=server.key"];

    private static async Task RunAsync(params string[] command) =>
        (await CommandLineProcess.RunAsync(command)).OutputOrThrow(string.Join(' ', command));

    /// <summary>Debian keeps the server's programs out of the path, one folder per version: the newest is taken.</summary>
    private static string FindBinaries()
    {
        const string versions = "/usr/lib/postgresql";
        var newest = Directory.Exists(versions)
            ? Directory.GetDirectories(versions).Where(folder => File.Exists($"{folder}/bin/initdb")).MaxBy(folder => int.Parse(Path.GetFileName(folder)))
            : null;
        return newest is null ? "" : newest + "/bin/";
    }
}
