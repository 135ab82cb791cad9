using System.Reflection;

namespace Millrace.Tests.Servers;

/// <summary>Where this build put things; written into the assembly by the project file.</summary>
internal static class TestPaths
{
    /// <summary>The root of the repository, with a slash at the end.</summary>
    public static string Repository { get; } = Metadata("RepositoryRoot");

    /// <summary>The worker of the same configuration, in its own output folder with its own settings files.</summary>
    public static string WorkerDll { get; } = Metadata("WorkerDll");

    /// <summary>A worker with the tests' own tools.</summary>
    public static string ToolWorkerDll { get; } = Metadata("ToolWorkerDll");

    /// <summary>The sample of a worker with tools of one's own.</summary>
    public static string SampleToolWorkerDll { get; } = Metadata("SampleToolWorkerDll");

    /// <summary>The sample of a web service.</summary>
    public static string SampleWebServiceDll { get; } = Metadata("SampleWebServiceDll");

    private static string Metadata(string key) => typeof(TestPaths).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
