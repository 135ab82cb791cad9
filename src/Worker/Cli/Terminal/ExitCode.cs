namespace Millrace.Worker.Cli.Terminal;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A generation failed, was cancelled or rejected, a session was refused, or a provider does not answer.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration has to be changed.</summary>
    public const int Usage = 2;

    /// <summary>The broker or the database cannot be reached, or no worker is there.</summary>
    public const int Unreachable = 3;

    /// <summary>A queue was not consumed from for long, though the broker answered: the process has drained, and has to be started anew.</summary>
    public const int Deaf = 4;

    /// <summary>Ctrl+C.</summary>
    public const int Interrupted = 130;
}
