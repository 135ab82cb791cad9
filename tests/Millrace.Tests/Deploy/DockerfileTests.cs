using System.Xml.Linq;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Deploy;

public sealed class DockerfileTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(TestPaths.Repository, "Dockerfile"));

    /// <summary>A project that is not copied would only fail where an engine builds the image.</summary>
    [Fact]
    public void The_restore_layer_has_every_project_that_the_worker_needs()
    {
        var restore = Array.FindIndex(Lines, line => line.StartsWith("RUN dotnet restore", StringComparison.Ordinal));

        foreach (var project in ProjectsFrom("src/Worker/Worker.csproj"))
        {
            var folder = Path.GetDirectoryName(project);
            Assert.Contains($"COPY {project} {folder}/packages.lock.json {folder}/", Lines[..restore]);
        }
    }

    [Fact]
    public void The_worker_runs_without_rights()
    {
        Assert.Contains("USER $APP_UID", Lines);
        Assert.Contains("""ENTRYPOINT ["dotnet", "Millrace.Worker.dll"]""", Lines);
    }

    private static IEnumerable<string> ProjectsFrom(string project)
    {
        var references = XDocument.Load(Path.Combine(TestPaths.Repository, project)).Descendants("ProjectReference")
            .Select(reference => Path.GetRelativePath(
                TestPaths.Repository, Path.Combine(TestPaths.Repository, Path.GetDirectoryName(project)!, (string)reference.Attribute("Include")!)));
        return references.SelectMany(ProjectsFrom).Append(project).Distinct();
    }
}
