namespace Millrace.Worker.Settings;

/// <summary>What a serving process does.</summary>
internal enum Role
{
    /// <summary>Runs generations.</summary>
    Worker,

    /// <summary>Answers HTTP.</summary>
    Gateway,

    /// <summary>Both.</summary>
    All,
}
