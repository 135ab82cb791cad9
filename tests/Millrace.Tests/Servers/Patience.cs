namespace Millrace.Tests.Servers;

/// <summary>How long a test waits for something that is sure to come: so long that only a fault, and no slow machine, makes it fail.</summary>
internal static class Patience
{
    public static TimeSpan Long { get; } = TimeSpan.FromMinutes(3);
}
