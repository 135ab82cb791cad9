using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Client.RabbitMq;
using Millrace.Engine.Tools;

namespace Millrace.Tests.Tools.Contract;

/// <summary>A service offers the function over the bus, which is in memory here.</summary>
internal sealed class ServiceSourceUnderTest : SourceUnderTest
{
    public override bool HearsOfCancel => false;

    public override void Add(AIFunction function, LocalTools tools, IServiceCollection services) => services.AddMillraceTool(function);
}
