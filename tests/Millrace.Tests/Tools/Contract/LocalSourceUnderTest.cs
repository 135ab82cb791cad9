using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Tools;

namespace Millrace.Tests.Tools.Contract;

/// <summary>The worker's own program has the function.</summary>
internal sealed class LocalSourceUnderTest : SourceUnderTest
{
    public override void Add(AIFunction function, LocalTools tools, IServiceCollection services) => tools.Add(function);
}
