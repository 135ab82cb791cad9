using Millrace.Client.Sessions;
using Millrace.Engine.Settings;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary>Sessions from and to files.</summary>
internal static class SessionFiles
{
    /// <summary>Opened before anything runs: a name that is wrong is a mistake of the command line.</summary>
    public static Stream Open(CommandConsole console, string file)
    {
        if (file == "-") return console.OpenInput();
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"'{file}' cannot be read: {fault.Message}");
        }
    }

    /// <summary>A file appears when it is whole, so that one of its name is never half a conversation.</summary>
    public static async Task ExportAsync(CommandConsole console, MillraceSession session, string? file, CancellationToken cancellation)
    {
        if (file is null)
        {
            await using var output = console.OpenOutput();
            await session.ExportAsync(output, cancellation);
            return;
        }

        var part = $"{file}.{session.Id:N}.part";
        try
        {
            await using (var output = Create(part))
                await session.ExportAsync(output, cancellation);
            File.Move(part, file, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static FileStream Create(string file)
    {
        try
        {
            return File.Create(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"'{file}' cannot be written: {fault.Message}");
        }
    }
}
