namespace Millrace.Engine.Settings;

/// <summary>What a serving process does.</summary>
public enum Role
{
    /// <summary>Runs generations.</summary>
    Worker,

    /// <summary>Answers HTTP.</summary>
    Gateway,

    /// <summary>Both.</summary>
    All,
}
